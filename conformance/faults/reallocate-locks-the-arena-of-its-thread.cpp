// WRONG: A Reallocate that moves gives the old block back under the lock of the calling thread's arena. Caught by: free/any-thread-short-cycles-exchanged.
#include "arenas_of_threads.hpp"

struct Faulty : ArenasOfThreads<Faulty> {
  static inline thread_local bool reallocates = false;

  static Arena& arena_to_lock(Arena& arena) { return reallocates ? of_this_thread() : arena; }

  static void* resize(void* old_buffer, Dword byte_count) {
    reallocates = true;
    void* const buffer = ArenasOfThreads::resize(old_buffer, byte_count);
    reallocates = false;
    return buffer;
  }
};

EXPORT_ALL(Faulty)
