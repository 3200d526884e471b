// WRONG: Memory is given back only when no buffer is alive any more. Caught by: free/gives-memory-back-beside-a-live-buffer.
#include <vector>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::vector<void*> dropped;
  static inline std::size_t alive = 0;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    const Lock lock;
    if (buffer != nullptr) ++alive;
    return buffer;
  }

  static void drop(void* buffer) {
    const Lock lock;
    dropped.push_back(buffer);
    if (--alive > 0) return;
    for (void* const one : dropped) Correct::drop(one);
    dropped.clear();
  }
};

EXPORT_ALL(Faulty)
