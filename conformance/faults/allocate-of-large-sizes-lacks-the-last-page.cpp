// WRONG: Buffers from 2 MiB on lack their last page. Caught by: allocate/capacity-ordinary-large-sizes.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static std::size_t room(Dword byte_count) { return byte_count >= 2 << 20 ? byte_count - 4096 : byte_count; }
};

EXPORT_ALL(Faulty)
