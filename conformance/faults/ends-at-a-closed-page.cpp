// RIGHT: Nothing that can be touched lies behind a buffer or in its place once it was freed, as under a memory checker.
#include "guarded.hpp"

struct Unusual : Guarded<Unusual> {};

EXPORT_ALL(Unusual)
