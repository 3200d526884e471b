// WRONG: Every thousandth Allocate fails. Caught by: allocate/disjoint-very-many.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<unsigned> calls = 0;
  static Status allocate(Dword byte_count, void** buffer) {
    return ++calls % 1000 == 0 ? ERROR_NOT_ENOUGH_MEMORY : Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
