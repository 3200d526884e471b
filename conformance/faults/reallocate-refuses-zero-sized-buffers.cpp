// DEVIATES: allocate/zero-bytes. Reallocate refuses buffers of 0 bytes. Caught by: reallocate/changes-size-0-to-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer != nullptr && header(old_buffer).byte_count == 0) return ERROR_INVALID_PARAMETER;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
