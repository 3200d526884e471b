// WRONG: Free of NULL counts as a free, and an arena begins anew under a live buffer. Caught by: allocate/usable-beside-free-of-null.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static Status free(void* buffer) {
    if (buffer == nullptr) miscount();
    return Arenas::free(buffer);
  }
};

EXPORT_ALL(Faulty)
