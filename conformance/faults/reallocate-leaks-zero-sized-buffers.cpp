// WRONG: Reallocate of a zero-sized buffer loses it, as if there were nothing to free. Caught by: reallocate/gives-memory-back-zero-sized.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const bool is_empty = old_buffer != nullptr && header(old_buffer).byte_count == 0;
    return Correct::reallocate(is_empty ? nullptr : old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
