// WRONG: Reallocate to a smaller size returns ERROR_INVALID_PARAMETER. Caught by: reallocate/changes-size-2-to-1.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer != nullptr && byte_count != 0 && byte_count < header(old_buffer).byte_count) {
      return ERROR_INVALID_PARAMETER;
    }
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
