// DEVIATES: reallocate/zero-bytes. Reallocate to 0 bytes stores a buffer of 0 bytes, not NULL. Caught by: reallocate/zero-bytes-from-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count != 0) return Correct::reallocate(old_buffer, byte_count, new_buffer);
    Correct::free(old_buffer);
    return Correct::allocate(0, new_buffer);
  }
};

EXPORT_ALL(Faulty)
