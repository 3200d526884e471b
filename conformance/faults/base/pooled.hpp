// Correct, with small blocks of one size that are kept for reuse: pop gives one of those that push was given, or nullptr.
// The first bytes of a free block are its link, and the contents behind them stay as they were.
#pragma once

#include "correct.hpp"

template <class Self>
struct Pooled : Correct<Self> {
  struct Free {
    Free* next;
  };
  static constexpr std::size_t small = 2048;

  static void* take(std::size_t bytes) {
    if (bytes > small) return Correct<Self>::take(bytes);
    void* const block = Self::pop();
    return block != nullptr ? block : Correct<Self>::take(small);
  }

  static void give_back(void* block) {
    using Header = typename Correct<Self>::Header;
    if (sizeof(Header) + static_cast<Header*>(block)->byte_count > small) return Correct<Self>::give_back(block);
    Self::push(static_cast<Free*>(block));
  }
};
