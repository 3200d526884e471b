// WRONG: Every buffer has 4096 bytes, however many were requested. Caught by: allocate/usable-around-4096.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static std::size_t room(Dword) { return 4096; }
};

EXPORT_ALL(Faulty)
