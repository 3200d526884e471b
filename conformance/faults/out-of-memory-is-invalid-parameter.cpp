// DEVIATES: allocate/out-of-memory-code. Without memory Allocate returns ERROR_INVALID_PARAMETER. Caught by: allocate/out-of-memory-code-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return status == ERROR_NOT_ENOUGH_MEMORY ? ERROR_INVALID_PARAMETER : status;
  }
};

EXPORT_ALL(Faulty)
