// The variables that an implementation stores to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

#include "worker/status.hpp"

namespace conformance {

// A variable for an out-parameter, filled with a sentinel, between guard words that no function may touch.
template <class Value>
class OutParameter {
 public:
  static constexpr Value sentinel = static_cast<Value>(0xA5A5A5A5A5A5A5A5ULL);

  OutParameter() { reset(); }
  void reset() {
    for (Value& word : words_) word = sentinel;
  }

  void set(Value value) { words_[2] = value; }
  Value value() const { return words_[2]; }
  // False where only the lower 32 bits of a 64-bit variable were written: half of the sentinel is no 64-bit address.
  bool is_whole() const {
    if constexpr (sizeof(Value) < 8)
      return true;
    else
      return value() == sentinel || (value() >> 32) != (sentinel >> 32);
  }
  std::uintptr_t address() { return reinterpret_cast<std::uintptr_t>(&words_[2]); }
  bool neighbours_are_untouched() const { return !touched_neighbour(); }
  // The place of the first guard word that was written to, in bytes from the variable's; nothing where none was.
  std::optional<int> touched_neighbour() const {
    constexpr int variable = 2;
    for (int i = 0; i < static_cast<int>(std::size(words_)); ++i) {
      if (i != variable && words_[i] != sentinel) return (i - variable) * static_cast<int>(sizeof(Value));
    }
    return std::nullopt;
  }

 private:
  // Aligned so that a write of twice the variable's width, starting at the variable, stays inside the array.
  alignas(2 * sizeof(Value)) Value words_[6];
};

using OutPointer = OutParameter<std::uintptr_t>;
using OutDword = OutParameter<Dword>;

}  // namespace conformance
