// WRONG: Buffers of whole pages lose 16 bytes to their header. Caught by: allocate/usable-around-4096.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static std::size_t room(Dword byte_count) {
    return byte_count > 0 && byte_count % 4096 == 0 ? byte_count - sizeof(Header) : byte_count;
  }
};

EXPORT_ALL(Faulty)
