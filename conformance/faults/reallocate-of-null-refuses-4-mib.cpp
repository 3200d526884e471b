// WRONG: Reallocate of NULL refuses more than 2 MiB. Caught by: reallocate/null-old-4-mib.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer == nullptr && byte_count > 2 << 20) return ERROR_NOT_ENOUGH_MEMORY;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
