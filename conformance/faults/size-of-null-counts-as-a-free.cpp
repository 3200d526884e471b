// WRONG: A Size that is refused counts as a free, and an arena begins anew under a live buffer. Caught by: allocate/usable-beside-calls-without-effect.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) miscount();
    return Arenas::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
