// RIGHT: A buffer stays in its block, which is of a class of sizes, while it fills half of it.
#include "classes.hpp"

struct Unusual : Classes<Unusual> {};

EXPORT_ALL(Unusual)
