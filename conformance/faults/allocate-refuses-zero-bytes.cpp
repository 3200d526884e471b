// DEVIATES: allocate/zero-bytes. Allocate refuses 0 bytes with ERROR_INVALID_PARAMETER.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    return byte_count == 0 ? ERROR_INVALID_PARAMETER : Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
