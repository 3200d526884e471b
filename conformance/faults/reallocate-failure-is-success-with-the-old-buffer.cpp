// WRONG: A Reallocate without memory stores the old buffer and succeeds. Caught by: reallocate/failure-is-an-error-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    return buffer != nullptr ? buffer : old_buffer;
  }
};

EXPORT_ALL(Faulty)
