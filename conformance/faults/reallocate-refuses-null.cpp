// DEVIATES: reallocate/null-old. Reallocate of NULL returns ERROR_INVALID_PARAMETER, as Wine's once did.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer == nullptr) return ERROR_INVALID_PARAMETER;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
