// DEVIATES: reallocate/failure-keeps-old. A Reallocate that finds no memory frees the old buffer, unless the variable for the new one holds it. Caught by: reallocate/failure-is-an-error-small-requests-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const bool is_aliased = *new_buffer == old_buffer;
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (status != NERR_Success && !is_aliased) Correct::free(old_buffer);
    return status;
  }
};

EXPORT_ALL(Faulty)
