// RIGHT: Reallocate always gives a new buffer and never grows one in place, since no page promises an address.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {};

EXPORT_ALL(Unusual)
