// WRONG: Reallocate to more than 1 GiB stores the old buffer and succeeds. Caught by: reallocate/failure-is-an-error-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    return byte_count <= 1 << 30 ? Correct::resize(old_buffer, byte_count) : old_buffer;
  }
};

EXPORT_ALL(Faulty)
