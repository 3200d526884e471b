// WRONG: The size is kept in 16 bits. Caught by: allocate/usable-around-65536.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static std::size_t room(Dword byte_count) { return static_cast<std::uint16_t>(byte_count); }
};

EXPORT_ALL(Faulty)
