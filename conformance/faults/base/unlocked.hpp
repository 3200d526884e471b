// Blocks wait for reuse in a list that threads change without a lock.
#pragma once

#include "pooled.hpp"

template <class Self>
struct Unlocked : Pooled<Self> {
  using Free = typename Pooled<Self>::Free;
  static inline Free* volatile first = nullptr;

  static Free* pop() {
    Free* const block = first;
    if (block == nullptr) return nullptr;
    platform::yield();  // so that the other threads come in between, sooner or later
    first = block->next;
    return block;
  }

  static void push(Free* block) {
    block->next = first;
    first = block;
  }
};
