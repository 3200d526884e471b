// RIGHT: Each string of a buffer of other functions is an allocation of its own, which Free frees with it.
#include "strings_apart.hpp"

struct Unusual : StringsApart<Unusual> {};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
