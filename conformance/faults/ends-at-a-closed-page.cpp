// RIGHT: The page after a buffer, and a freed buffer, are inaccessible, as under a memory checker.
#include "guarded.hpp"

struct Unusual : Guarded<Unusual> {};

EXPORT_ALL(Unusual)
