// Correct, with small blocks that wait for reuse in one list, of which a lock lets one thread in at a time.
#pragma once

#include "lock.hpp"
#include "pooled.hpp"

// `ListLock` is held while an object of it lives.
template <class Self, class ListLock = Lock>
struct Listed : Pooled<Self> {
  using Free = typename Pooled<Self>::Free;
  static inline Free* first = nullptr;

  static Free* pop() {
    const ListLock lock;
    Free* const block = first;
    if (block != nullptr) first = block->next;
    return block;
  }

  static void push(Free* block) {
    const ListLock lock;
    block->next = first;
    first = block;
  }
};
