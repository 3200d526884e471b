// WRONG: Reallocate frees the old buffer before it copies from it. Caught by: reallocate/keeps-contents-*.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    const Dword old_byte_count = header(old_buffer).byte_count;
    drop(old_buffer);
    void* const buffer = make(byte_count);
    if (buffer != nullptr) copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
