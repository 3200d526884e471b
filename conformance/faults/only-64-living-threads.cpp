// DEVIATES: free/any-thread. There is room for 64 living threads, and the next one gets no buffer. Caught by: free/any-thread-many-alive.
#include <atomic>

#include "correct.hpp"

static std::atomic<int> living = 0;

struct Place {
  const bool is_there = ++living <= 64;
  ~Place() { --living; }
};

struct Faulty : Correct<Faulty> {
  static inline thread_local const Place place;

  static void* make(Dword byte_count) { return place.is_there ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
