// DEVIATES: reallocate/failure-keeps-old. A Reallocate to few bytes that finds no memory has freed the old buffer. Caught by: reallocate/failure-is-an-error-small-requests-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    constexpr Dword few = 4096;
    void* const buffer = copied(old_buffer, byte_count);
    if (buffer != nullptr || byte_count <= few) drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
