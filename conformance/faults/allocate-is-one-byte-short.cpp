// WRONG: Buffers are one byte shorter than requested. Caught by: allocate/usable-around-*.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static std::size_t room(Dword byte_count) { return byte_count > 0 ? byte_count - 1 : 0; }
};

EXPORT_ALL(Faulty)
