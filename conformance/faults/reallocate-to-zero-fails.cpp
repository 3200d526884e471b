// DEVIATES: reallocate/zero-bytes. Reallocate to 0 bytes returns ERROR_INVALID_PARAMETER.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count == 0) return ERROR_INVALID_PARAMETER;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
