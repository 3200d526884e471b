// WRONG: The lock is tested and then taken, and two threads may find it free. Caught by: free/any-thread-short-cycles*.
#include "pooled.hpp"

struct Faulty : Pooled<Faulty> {
  static inline volatile bool taken = false;
  static inline Free* volatile first = nullptr;

  struct WeakLock {
    WeakLock() {
      while (taken) platform::yield();
      taken = true;
    }
    ~WeakLock() { taken = false; }
  };

  static Free* pop() {
    const WeakLock lock;
    Free* const block = first;
    if (block != nullptr) first = block->next;
    return block;
  }

  static void push(Free* block) {
    const WeakLock lock;
    block->next = first;
    first = block;
  }
};

EXPORT_ALL(Faulty)
