// WRONG: The five-hundredth Allocate does not return. Caught by: allocate/usable-every-size.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<unsigned> calls = 0;
  static Status allocate(Dword byte_count, void** buffer) {
    if (++calls >= 500) {
      for (;;) platform::sleep_ms(100);
    }
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
