// WRONG: Allocate calls sizes above 1 GiB an invalid parameter. Caught by: allocate/out-of-memory-code-sign-bit.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    return byte_count > 1 << 30 ? ERROR_INVALID_PARAMETER : Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
