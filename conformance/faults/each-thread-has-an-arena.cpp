// RIGHT: Threads take blocks from two arenas in turn, and a block goes back to its arena under that arena's lock.
#include "arenas.hpp"

struct Unusual : Arenas<Unusual> {};

EXPORT_ALL(Unusual)
