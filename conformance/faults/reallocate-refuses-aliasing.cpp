// WRONG: Reallocate refuses a variable for the new buffer that holds the old one. Caught by: reallocate/aliased-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer != nullptr && *new_buffer == old_buffer) return ERROR_INVALID_PARAMETER;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
