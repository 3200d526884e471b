// WRONG: The ninety-thousandth Allocate of a process does not return. Caught by: allocate/capacity-100000-live-buffers.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<unsigned> calls = 0;
  static Status allocate(Dword byte_count, void** buffer) {
    if (++calls >= 90000) {
      for (;;) platform::sleep_ms(100);
    }
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
