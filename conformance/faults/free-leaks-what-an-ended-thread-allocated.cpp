// WRONG: What is freed for another thread waits until that thread comes by, and it may have ended. Caught by: free/gives-memory-back-of-ended-threads.
#include <map>
#include <vector>

#include "lock.hpp"
#include "owners.hpp"

struct Faulty : Owners<Faulty> {
  static inline std::map<Dword, std::vector<void*>> waiting;

  static void* make(Dword byte_count) {
    const Lock lock;
    for (void* const buffer : waiting[this_thread()]) Owners::drop(buffer);
    waiting.erase(this_thread());
    return Owners::make(byte_count);
  }

  static void drop(void* buffer) {
    if (!is_anothers(buffer)) return Owners::drop(buffer);
    const Lock lock;
    waiting[header(buffer).note].push_back(buffer);
  }
};

EXPORT_ALL(Faulty)
