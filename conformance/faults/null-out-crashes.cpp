// DEVIATES: allocate/null-out. Allocate stores through a NULL out-pointer. Caught by: allocate/null-out-*-byte*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    *static_cast<void* volatile*>(buffer) = make(byte_count);
    return *buffer != nullptr ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;
  }
};

EXPORT_ALL(Faulty)
