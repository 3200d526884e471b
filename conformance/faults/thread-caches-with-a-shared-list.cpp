// RIGHT: Threads keep free blocks of their own, and exchange chains of them through a list by atomic exchanges.
#include <atomic>

#include "pooled.hpp"

struct Unusual : Pooled<Unusual> {
  static inline std::atomic<Free*> shared = nullptr;

  // What a thread keeps goes to the others when it ends.
  struct Cache {
    Free* first;
    unsigned count;
    ~Cache() { flush(*this); }
  };
  static inline thread_local Cache own = {nullptr, 0};

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
    if (own.first == nullptr) own.first = shared.exchange(nullptr);
    Free* const block = own.first;
    if (block != nullptr) own.first = block->next;
    return block;
  }

  static void push(Free* block) {
    block->next = own.first;
    own.first = block;
    if (++own.count >= 16) flush(own);
  }
};

EXPORT_ALL(Unusual)
