// DEVIATES: allocate/null-out. Allocate looks for the memory before it looks at the out-pointer. Caught by: allocate/null-out-largest.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    if (byte_count > Dword{1} << 30) return ERROR_NOT_ENOUGH_MEMORY;
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
