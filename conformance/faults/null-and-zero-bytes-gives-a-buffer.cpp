// RIGHT: Reallocate of NULL to 0 bytes allocates a buffer of 0 bytes, since nothing prescribes which of the two rules counts.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer == nullptr && byte_count == 0) return Correct::allocate(0, new_buffer);
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Unusual)
