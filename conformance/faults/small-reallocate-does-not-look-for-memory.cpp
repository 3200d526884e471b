// WRONG: A Reallocate to few bytes writes to its new buffer without looking whether there is one. Caught by: reallocate/failure-is-an-error-small-requests-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* copied(void* old_buffer, Dword byte_count) {
    constexpr Dword few = 4096;
    void* const buffer = byte_count <= few ? make(byte_count) : nullptr;
    if (byte_count > few) return Correct::copied(old_buffer, byte_count);
    const Dword old_byte_count = header(old_buffer).byte_count;
    copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
