// WRONG: A Reallocate of NULL to few bytes does not look whether it got memory: it stores NULL and succeeds. Caught by: reallocate/failure-is-an-error-small-requests-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    constexpr Dword few = 4096;
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (old_buffer != nullptr || status == NERR_Success || byte_count > few) return status;
    *new_buffer = nullptr;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
