// RIGHT: A thread that waits for the lock keeps its core until it has it.
#include <atomic>

#include "pooled.hpp"

struct Unusual : Pooled<Unusual> {
  static inline std::atomic_flag taken;
  static inline Free* first = nullptr;

  struct Spin {
    Spin() {
      while (taken.test_and_set(std::memory_order_acquire)) {
      }
    }
    ~Spin() { taken.clear(std::memory_order_release); }
  };

  static Free* pop() {
    const Spin spin;
    Free* const block = first;
    if (block != nullptr) first = block->next;
    return block;
  }

  static void push(Free* block) {
    const Spin spin;
    block->next = first;
    first = block;
  }
};

EXPORT_ALL(Unusual)
