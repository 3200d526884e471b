// WRONG: Allocate takes a NULL in the variable for a NULL pointer to it. Caught by: allocate/succeeds-whatever-the-variable-holds, allocate/succeeds-variable-holds-null.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    return buffer != nullptr && *buffer == nullptr ? ERROR_INVALID_PARAMETER : Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
