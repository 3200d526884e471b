// WRONG: A Reallocate without memory stores NULL and succeeds. Caught by: reallocate/failure-is-an-error-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (status == ERROR_NOT_ENOUGH_MEMORY) *new_buffer = nullptr;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
