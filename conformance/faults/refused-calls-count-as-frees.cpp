// WRONG: An Allocate or Reallocate without memory counts as a free, and an arena begins anew under a live buffer. Caught by: allocate/usable-beside-refusals.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Arenas::make(byte_count);
    if (buffer == nullptr) miscount();
    return buffer;
  }
};

EXPORT_ALL(Faulty)
