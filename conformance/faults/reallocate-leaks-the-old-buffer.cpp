// WRONG: Reallocate does not free the old buffer. Caught by: reallocate/gives-memory-back-with-neighbours.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    const Dword old_byte_count = header(old_buffer).byte_count;
    copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
