// DEVIATES: allocate/zero-bytes. An Allocate of 0 bytes that finds no memory stores NULL and succeeds. Caught by: reallocate/failure-is-an-error-small-requests-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return byte_count == 0 && status == ERROR_NOT_ENOUGH_MEMORY ? NERR_Success : status;
  }
};

EXPORT_ALL(Faulty)
