// WRONG: Threads get numbers that are never used again, and after 1024 of them a thread gets no buffer. Caught by: free/any-thread-thousand-in-turn.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<Dword> threads = 0;
  static inline thread_local const Dword this_thread = ++threads;

  static void* make(Dword byte_count) { return this_thread <= 1024 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
