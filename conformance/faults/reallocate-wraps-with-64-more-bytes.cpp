// WRONG: Reallocate adds 64 bytes to the size in 32 bits. Caught by: reallocate/failure-is-an-error-header-of-64-wraps.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) { return Correct::resize(old_buffer, byte_count + 64); }
};

EXPORT_ALL(Faulty)
