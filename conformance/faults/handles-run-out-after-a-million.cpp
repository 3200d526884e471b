// WRONG: Every buffer takes a number of 20 bits, and no number comes back. Caught by: free/gives-memory-back-in-the-long-run.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<unsigned> next = 0;

  static void* make(Dword byte_count) { return ++next < 1U << 20 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
