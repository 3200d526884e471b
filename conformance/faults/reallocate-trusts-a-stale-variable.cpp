// WRONG: Reallocate does not copy where the variable holds the new address already. Caught by: reallocate/keeps-contents-into-a-stale-variable.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer == nullptr || byte_count == 0) return Correct::reallocate(old_buffer, byte_count, new_buffer);
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
    const Dword old_byte_count = header(old_buffer).byte_count;
    if (buffer != *new_buffer) copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    drop(old_buffer);
    *new_buffer = buffer;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
