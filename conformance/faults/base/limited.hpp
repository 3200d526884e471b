// Correct, with room for so many live buffers: Self::most_live.
#pragma once

#include <atomic>

#include "correct.hpp"

template <class Self>
struct Limited : Correct<Self> {
  static inline std::atomic<int> live = 0;

  static void* take(std::size_t bytes) {
    if (live.fetch_add(1) < Self::most_live) return Correct<Self>::take(bytes);
    --live;
    return nullptr;
  }
  static void give_back(void* block) {
    --live;
    Correct<Self>::give_back(block);
  }
};
