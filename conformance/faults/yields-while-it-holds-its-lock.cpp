// RIGHT: A thread lets the others run while it holds the lock, so that they come and have to wait.
#include "lock.hpp"
#include "pooled.hpp"

struct Unusual : Pooled<Unusual> {
  static inline Free* first = nullptr;

  static Free* pop() {
    const Lock lock;
    platform::yield();
    Free* const block = first;
    if (block != nullptr) first = block->next;
    return block;
  }

  static void push(Free* block) {
    const Lock lock;
    block->next = first;
    platform::yield();
    first = block;
  }
};

EXPORT_ALL(Unusual)
