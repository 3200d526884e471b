// WRONG: Size releases its buffer twice, and an arena begins anew under live buffers. Caught by: allocate/usable-beside-calls-without-effect.
#include "arenas.hpp"

struct Faulty : Arenas<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Arenas::size(buffer, byte_count);
    if (status == NERR_Success) miscount();
    return status;
  }
};

EXPORT_ALL(Faulty)
