// DEVIATES: allocate/out-of-memory-code. Allocate of 32 to 64 KiB returns ERROR_INVALID_PARAMETER when memory is used up. Caught by: allocate/out-of-memory-code-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    const bool is_medium = 32 << 10 < byte_count && byte_count <= 64 << 10;
    return is_medium && status == ERROR_NOT_ENOUGH_MEMORY ? ERROR_INVALID_PARAMETER : status;
  }
};

EXPORT_ALL(Faulty)
