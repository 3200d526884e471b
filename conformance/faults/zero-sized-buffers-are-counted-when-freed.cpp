// WRONG: Zero-sized buffers are not counted, but their ends are, and an arena begins anew under a live buffer. Caught by: allocate/usable-beside-calls-without-effect.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static void drop(void* buffer) {
    if (header(buffer).byte_count == 0) miscount();
    Arenas::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
