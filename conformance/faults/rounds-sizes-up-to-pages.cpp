// RIGHT: Buffers have whole pages and Size reports them, since a size may be larger than was asked for as long as all of it is usable.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* make(Dword byte_count) {
    constexpr Dword page = 4096;
    if (byte_count > UINT32_MAX - page) return Correct::make(byte_count);
    return Correct::make((byte_count + page - 1) / page * page);
  }
};

EXPORT_ALL(Unusual)
