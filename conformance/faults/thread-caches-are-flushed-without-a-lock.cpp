// WRONG: Threads keep free blocks of their own, and exchange chains of them through a list without a lock. Caught by: free/any-thread-short-cycles*.
#include "pooled.hpp"

struct Faulty : Pooled<Faulty> {
  static inline Free* volatile shared = nullptr;
  static inline thread_local Free* own = nullptr;
  static inline thread_local unsigned count = 0;

  static Free* pop() {
    if (own == nullptr) {
      own = shared;
      shared = nullptr;
      count = 0;
    }
    Free* const block = own;
    if (block != nullptr) own = block->next;
    return block;
  }

  static void push(Free* block) {
    block->next = own;
    own = block;
    if (++count < 16) return;
    Free* last = own;
    while (last->next != nullptr) last = last->next;
    last->next = shared;
    shared = own;
    own = nullptr;
    count = 0;
  }
};

EXPORT_ALL(Faulty)
