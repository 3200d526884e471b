// WRONG: Freed blocks of 16 KiB or more wait for a request of exactly their size, which may never come. Caught by: free/gives-memory-back-sizes-that-never-repeat.
#include <map>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::multimap<std::size_t, void*> waiting;

  static void* make(Dword byte_count) {
    {
      const Lock lock;
      const auto found = waiting.find(byte_count);
      if (found != waiting.end()) {
        void* const buffer = found->second;
        waiting.erase(found);
        return buffer;
      }
    }
    return Correct::make(byte_count);
  }

  static void drop(void* buffer) {
    if (header(buffer).byte_count < 16384) return Correct::drop(buffer);
    const Lock lock;
    waiting.emplace(header(buffer).byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
