// WRONG: Threads get numbers that are never used again, and after 1024 of them a thread gets no buffer. Caught by: free/any-thread-thousand-in-turn.
#include "owners.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return this_thread() <= 1024 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
