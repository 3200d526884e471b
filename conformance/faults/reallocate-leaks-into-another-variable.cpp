// DEVIATES: reallocate/gives-memory-back. Reallocate frees the old buffer only where the new one takes its variable. Caught by: reallocate/gives-memory-back-into-another-variable.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer == nullptr || byte_count == 0 || *new_buffer == old_buffer) {
      return Correct::reallocate(old_buffer, byte_count, new_buffer);
    }
    void* const buffer = copied(old_buffer, byte_count);
    if (buffer == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    *new_buffer = buffer;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
