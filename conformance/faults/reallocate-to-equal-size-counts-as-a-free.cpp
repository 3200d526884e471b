// WRONG: Reallocate to the size that a buffer has leaves it where it is and counts as a free. Caught by: allocate/usable-beside-calls-without-effect.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    if (byte_count != header(old_buffer).byte_count) return Arenas::resize(old_buffer, byte_count);
    miscount();
    return old_buffer;
  }
};

EXPORT_ALL(Faulty)
