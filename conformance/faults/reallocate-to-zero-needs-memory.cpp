// DEVIATES: reallocate/zero-bytes. Reallocate to 0 makes a new buffer before it frees the old one, and fails without memory. Caught by: reallocate/zero-bytes-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count == 0 && old_buffer != nullptr) {
      void* const empty = make(4096);
      if (empty == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
      drop(empty);
    }
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
