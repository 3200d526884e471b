// WRONG: Allocate fails where errno says ENOMEM, which an earlier call may have left there. Caught by: allocate/succeeds-after-another-call-ran-out.
// Only on: linux-x86_64.
#include <cerrno>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    if (status != NERR_Success || errno != ENOMEM) return status;
    drop(*buffer);
    *buffer = nullptr;
    return ERROR_NOT_ENOUGH_MEMORY;
  }
};

EXPORT_ALL(Faulty)
