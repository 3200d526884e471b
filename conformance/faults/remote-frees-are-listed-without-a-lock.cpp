// WRONG: What a thread frees of another's goes to a list of that thread, without a lock. Caught by: free/any-thread-short-cycles-exchanged.
#include "owners.hpp"
#include "pooled.hpp"

struct Faulty : Owners<Faulty, Pooled> {
  struct Heap {
    Free* own;
    Free* volatile remote;
  };
  static constexpr Dword most_threads = 1 << 16;
  static inline Heap heaps[most_threads];

  static Free* pop() {
    Heap& heap = heaps[this_thread() % most_threads];
    if (heap.own == nullptr) {
      heap.own = heap.remote;
      heap.remote = nullptr;
    }
    Free* const block = heap.own;
    if (block != nullptr) heap.own = block->next;
    return block;
  }

  static void push(Free* block) {
    const Dword owner = static_cast<Header*>(static_cast<void*>(block))->note;
    Heap& heap = heaps[owner % most_threads];
    if (owner == this_thread()) {
      block->next = heap.own;
      heap.own = block;
    } else {
      block->next = heap.remote;
      heap.remote = block;
    }
  }
};

EXPORT_ALL(Faulty)
