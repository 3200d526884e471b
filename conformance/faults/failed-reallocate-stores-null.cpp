// RIGHT: A Reallocate that fails stores NULL, which Free accepts, and the old buffer holds its contents.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (status != NERR_Success) *new_buffer = nullptr;
    return status;
  }
};

EXPORT_ALL(Unusual)
