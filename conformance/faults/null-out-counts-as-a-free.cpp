// WRONG: An Allocate that has nowhere to store its buffer counts as a free, and an arena begins anew under a live buffer. Caught by: allocate/usable-beside-calls-without-effect.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    if (buffer == nullptr) miscount();
    return Arenas::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
