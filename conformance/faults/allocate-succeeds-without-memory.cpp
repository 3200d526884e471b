// WRONG: Allocate does not look whether it got memory: it stores NULL and succeeds. Caught by: allocate/failure-is-an-error-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return status == ERROR_NOT_ENOUGH_MEMORY ? NERR_Success : status;
  }
};

EXPORT_ALL(Faulty)
