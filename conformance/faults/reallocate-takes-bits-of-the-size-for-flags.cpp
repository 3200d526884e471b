// WRONG: Where Reallocate reads the old size, its upper two bits count as flags, so that 1 GiB is empty. Caught by: reallocate/failure-is-an-error-huge-sizes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* copied(void* old_buffer, Dword byte_count) {
    constexpr Dword of_the_size = 0x3FFFFFFF;
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    const Dword old_byte_count = header(old_buffer).byte_count & of_the_size;
    copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
