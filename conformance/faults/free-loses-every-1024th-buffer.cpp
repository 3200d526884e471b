// WRONG: Free loses one buffer in 1024. Caught by: free/gives-memory-back-every-one.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<unsigned> freed = 0;

  static void drop(void* buffer) {
    if (++freed % 1024 != 0) Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
