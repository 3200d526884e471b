// WRONG: Reallocate to the same size frees the buffer and stores it nevertheless. Caught by: reallocate/changes-size-4096-to-4096.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    if (byte_count != header(old_buffer).byte_count) return Guarded::resize(old_buffer, byte_count);
    drop(old_buffer);
    return old_buffer;
  }
};

EXPORT_ALL(Faulty)
