// DEVIATES: reallocate/zero-bytes. Reallocate to 0 bytes frees the buffer and leaves the variable as it was. Caught by: reallocate/zero-bytes-from-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count == 0) return Correct::free(old_buffer);
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
