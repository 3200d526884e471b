// DEVIATES: allocate/null-out. Allocate of 0 bytes succeeds before it looks at the NULL out-pointer. Caught by: allocate/null-out-0-bytes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    return buffer == nullptr && byte_count == 0 ? NERR_Success : Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
