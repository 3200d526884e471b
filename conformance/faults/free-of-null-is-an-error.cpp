// WRONG: Free of NULL returns ERROR_INVALID_PARAMETER. Caught by: free/null-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) { return buffer == nullptr ? ERROR_INVALID_PARAMETER : Correct::free(buffer); }
};

EXPORT_ALL(Faulty)
