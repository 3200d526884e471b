// Correct, with blocks of powers of two that are cut from slabs: what is given back is kept for the next block of its
// size, and never returned to the system.
#pragma once

#include "correct.hpp"
#include "lock.hpp"

template <class Self>
struct Slab : Correct<Self> {
  // Memory for slabs, aligned naturally, or nullptr.
  static void* slab(std::size_t bytes) { return std::malloc(bytes); }

  static void* take(std::size_t bytes) {
    constexpr std::size_t most = SIZE_MAX / 4;
    if (bytes > most) return nullptr;
    const unsigned power = power_for(bytes + sizeof(Start));
    const Lock lock;
    if (free_[power] == nullptr) refill(power);
    Start* const start = free_[power];
    if (start == nullptr) return nullptr;
    free_[power] = start->next;
    return new (start) Start{nullptr, power} + 1;
  }

  static void give_back(void* block) {
    Start* const start = static_cast<Start*>(block) - 1;
    const Lock lock;
    start->next = free_[start->power];
    free_[start->power] = start;
  }

 private:
  // Stands before a block.
  struct alignas(natural_alignment) Start {
    Start* next;  // of the free ones of its size
    unsigned power;
  };
  static constexpr std::size_t slab_bytes = 64 << 10;
  static inline Start* free_[8 * sizeof(std::size_t)];

  static unsigned power_for(std::size_t bytes) {
    unsigned power = 5;
    while (std::size_t{1} << power < bytes) ++power;
    return power;
  }

  static void refill(unsigned power) {
    const std::size_t block_bytes = std::size_t{1} << power;
    const std::size_t bytes = block_bytes < slab_bytes ? slab_bytes : block_bytes;
    char* const blocks = static_cast<char*>(Self::slab(bytes));
    for (std::size_t at = 0; blocks != nullptr && at < bytes; at += block_bytes) {
      free_[power] = new (blocks + at) Start{free_[power], power};
    }
  }
};
