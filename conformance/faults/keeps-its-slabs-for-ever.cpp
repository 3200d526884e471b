// RIGHT: Freed memory is used again and never returned to the system, which is no leak.
#include "slab.hpp"

struct Unusual : Slab<Unusual> {};

EXPORT_ALL(Unusual)
