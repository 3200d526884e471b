// WRONG: The free list has no lock and its head no version, so a head that was gone and is back is taken with its old next. Caught by: free/any-thread-short-cycles*.
#include <atomic>

#include "pooled.hpp"

struct Faulty : Pooled<Faulty> {
  static inline std::atomic<Free*> first = nullptr;

  static Free* pop() {
    Free* block = first;
    while (block != nullptr && !first.compare_exchange_weak(block, block->next)) {
    }
    return block;
  }

  static void push(Free* block) {
    Free* next = first;
    do {
      block->next = next;
    } while (!first.compare_exchange_weak(next, block));
  }
};

EXPORT_ALL(Faulty)
