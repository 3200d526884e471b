// WRONG: Every thousandth Free fails. Caught by: allocate/usable-random-sequence.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<unsigned> calls = 0;
  static Status free(void* buffer) { return ++calls % 1000 == 0 ? ERROR_INVALID_PARAMETER : Correct::free(buffer); }
};

EXPORT_ALL(Faulty)
