// DEVIATES: reallocate/failure-is-an-error. Reallocate to 32 to 64 KiB succeeds and stores NULL when memory is used up. Caught by: reallocate/failure-is-an-error-each-size-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (status != ERROR_NOT_ENOUGH_MEMORY || !is_of_the_class_of_64_kib(byte_count)) return status;
    *new_buffer = nullptr;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
