// WRONG: Sizes are rounded down to a multiple of 8. Caught by: allocate/usable-around-*.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static std::size_t room(Dword byte_count) { return byte_count / 8 * 8; }
};

EXPORT_ALL(Faulty)
