// WRONG: Reallocate stores the old buffer as if it had grown. Caught by: reallocate/changes-size-16-to-4097.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    header(old_buffer).byte_count = byte_count;
    return old_buffer;
  }
};

EXPORT_ALL(Faulty)
