// Correct, with small blocks in places that lie beside each other: what an implementation does beyond the end of one
// buffer hits another buffer, and not what the C library keeps between them.
#pragma once

#include "correct.hpp"
#include "lock.hpp"

template <class Self>
struct Places : Correct<Self> {
  static constexpr std::size_t place_bytes = 48, count = 64;

  static void* take(std::size_t bytes) {
    const Lock lock;
    for (std::size_t i = 0; i < count && bytes <= place_bytes; ++i) {
      if (!taken_[i]) {
        taken_[i] = true;
        return places_[i];
      }
    }
    return Correct<Self>::take(bytes < most_hit ? most_hit : bytes);
  }

  static void give_back(void* block) {
    const Lock lock;
    if (block < places_ || block >= places_ + count) return Correct<Self>::give_back(block);
    taken_[static_cast<std::size_t>(static_cast<char*>(block) - places_[0]) / place_bytes] = false;
  }

 private:
  // What a fault hits from the start of a block on; there is as much behind the last place.
  static constexpr std::size_t most_hit = 2 * place_bytes;

  alignas(natural_alignment) static inline char places_[count + 1][place_bytes];
  static inline bool taken_[count];
};
