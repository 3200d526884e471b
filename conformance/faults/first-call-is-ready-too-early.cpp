// WRONG: The first call says that the library is prepared before it is, and another thread believes it. Caught by: free/any-thread-first-calls-*.
#include <atomic>

#include "lock.hpp"
#include "pooled.hpp"

struct Faulty : Pooled<Faulty> {
  struct Heap {
    Free* first = nullptr;
  };
  static inline std::atomic<bool> is_prepared = false;
  static inline Heap* volatile heap = nullptr;

  static Free* pop() {
    if (!is_prepared.exchange(true)) heap = new Heap;
    const Lock lock;
    Free* const block = heap->first;
    if (block != nullptr) heap->first = block->next;
    return block;
  }

  static void push(Free* block) {
    const Lock lock;
    block->next = heap->first;
    heap->first = block;
  }
};

EXPORT_ALL(Faulty)
