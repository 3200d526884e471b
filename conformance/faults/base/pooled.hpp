// Correct, with blocks of one size that are kept for reuse: pop gives one of those that push was given, or nullptr. Small
// requests get them, or those of another range that a fault names: more bytes than `none_to`, and no more than `small`. The
// first bytes of a free block are its link, and the contents behind them stay as they were.
#pragma once

#include "correct.hpp"

template <class Self>
struct Pooled : Correct<Self> {
  struct Free {
    Free* next;
  };
  static constexpr std::size_t none_to = 0, small = 2048;

  static bool is_pooled(std::size_t bytes) { return Self::none_to < bytes && bytes <= Self::small; }

  static void* take(std::size_t bytes) {
    if (!is_pooled(bytes)) return Correct<Self>::take(bytes);
    void* const block = Self::pop();
    return block != nullptr ? block : Correct<Self>::take(Self::small);
  }

  static void give_back(void* block) {
    using Header = typename Correct<Self>::Header;
    if (!is_pooled(sizeof(Header) + static_cast<Header*>(block)->byte_count)) return Correct<Self>::give_back(block);
    Self::push(static_cast<Free*>(block));
  }
};
