// DEVIATES: reallocate/failure-keeps-old. A Reallocate that fails frees the old buffer. Caught by: reallocate/failure-keeps-old-out-of-memory.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Guarded::resize(old_buffer, byte_count);
    if (buffer == nullptr) drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
