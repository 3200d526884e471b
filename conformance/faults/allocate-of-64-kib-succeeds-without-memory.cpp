// DEVIATES: allocate/failure-is-an-error. Allocate of 32 to 64 KiB succeeds and stores NULL when memory is used up. Caught by: allocate/failure-is-an-error-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    return is_of_the_class_of_64_kib(byte_count) && status == ERROR_NOT_ENOUGH_MEMORY ? NERR_Success : status;
  }
};

EXPORT_ALL(Faulty)
