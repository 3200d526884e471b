// WRONG: Allocate returns 1, which means TRUE elsewhere, for success. Caught by: allocate/succeeds-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return status == NERR_Success ? 1 : status;
  }
};

EXPORT_ALL(Faulty)
