// WRONG: Without memory Allocate returns an HRESULT, 0x8007000E, in place of a system error code. Caught by: allocate/out-of-memory-code-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return status == ERROR_NOT_ENOUGH_MEMORY ? 0x8007000E : status;
  }
};

EXPORT_ALL(Faulty)
