// RIGHT: Threads take blocks from two arenas in turn, and a block goes back to its arena under that arena's lock.
#include "arenas_of_threads.hpp"

struct Unusual : ArenasOfThreads<Unusual> {};

EXPORT_ALL(Unusual)
