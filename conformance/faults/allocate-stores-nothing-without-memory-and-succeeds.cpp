// WRONG: Without memory Allocate leaves the variable as it was and succeeds. Caught by: allocate/failure-is-an-error-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    if (void* const made = make(byte_count)) *buffer = made;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
