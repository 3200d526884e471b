// WRONG: An Allocate of more than 2 GiB that finds no memory succeeds with NULL. Caught by: allocate/failure-is-an-error-huge-with-little-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return status == ERROR_NOT_ENOUGH_MEMORY && byte_count > 0x80000000 ? NERR_Success : status;
  }
};

EXPORT_ALL(Faulty)
