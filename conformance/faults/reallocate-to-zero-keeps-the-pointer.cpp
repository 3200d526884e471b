// DEVIATES: reallocate/zero-bytes. Reallocate to 0 bytes frees the buffer and stores its old address. Caught by: reallocate/zero-bytes-from-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (byte_count == 0) *new_buffer = old_buffer;
    return status;
  }
};

EXPORT_ALL(Faulty)
