// WRONG: Reallocate returns 1, which means TRUE elsewhere, for success. Caught by: reallocate/changes-size-1-to-2.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    return status == NERR_Success ? 1 : status;
  }
};

EXPORT_ALL(Faulty)
