// RIGHT: Threads keep free blocks of their own, and exchange chains of them through a list by atomic exchanges.
#include <atomic>

#include "pooled.hpp"

struct Unusual : Pooled<Unusual> {
  static inline std::atomic<Free*> shared = nullptr;

  // What a thread keeps. Calls from other destructors of the thread come to it after its end.
  struct Cache {
    Free* first;
    unsigned count;
  };
  static inline thread_local Cache kept = {nullptr, 0};

  // What a thread keeps goes to the others when it ends.
  struct End {
    ~End() { flush(kept); }
  };

  static Cache& own() {
    static thread_local const End end;
    return kept;
  }

  static void flush(Cache& cache) {
    if (cache.first == nullptr) return;
    Free* last = cache.first;
    while (last->next != nullptr) last = last->next;
    Free* next = shared;
    do {
      last->next = next;
    } while (!shared.compare_exchange_weak(next, cache.first));
    cache.first = nullptr;
    cache.count = 0;
  }

  static Free* pop() {
    Cache& cache = own();
    if (cache.first == nullptr) cache.first = shared.exchange(nullptr);
    Free* const block = cache.first;
    if (block != nullptr) cache.first = block->next;
    return block;
  }

  static void push(Free* block) {
    Cache& cache = own();
    block->next = cache.first;
    cache.first = block;
    if (++cache.count >= 16) flush(cache);
  }
};

EXPORT_ALL(Unusual)
