// WRONG: Reallocate to 0 bytes counts as two frees, and an arena begins anew under a live buffer. Caught by: allocate/usable-beside-calls-without-effect.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer != nullptr && byte_count == 0) miscount();
    return Arenas::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
