// WRONG: Free gives a block back to the arena that it came from, but locks the arena of the calling thread. Caught by: free/any-thread-short-cycles-exchanged.
#include "arenas_of_threads.hpp"

struct Faulty : ArenasOfThreads<Faulty> {
  static Arena& arena_to_lock(Arena&) { return of_this_thread(); }
};

EXPORT_ALL(Faulty)
