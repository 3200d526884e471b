// Correct, with blocks that end at a closed page and are gone once they were given back: what an implementation does
// beyond a buffer's end or after its life shows at once. That costs system calls, and systems keep no more than some
// ten thousand mappings, so after the first blocks it is one in 16, and no more than a thousand at once.
#pragma once

#include <atomic>

#include "correct.hpp"

template <class Self>
struct Guarded : Correct<Self> {
  static constexpr unsigned first = 2000, one_in = 16, most_at_once = 1000;
  static inline std::atomic<unsigned> taken = 0, guarded = 0;

  // Stands before a block.
  struct alignas(natural_alignment) Mapping {
    void* pages;  // nullptr: not guarded, but the C library's
    std::size_t bytes;
  };

  static void* take(std::size_t bytes) {
    constexpr std::size_t most = SIZE_MAX / 2;
    if (bytes > most) return nullptr;
    const std::size_t all = sizeof(Mapping) + (bytes + natural_alignment - 1) / natural_alignment * natural_alignment;
    const unsigned number = taken++;
    const bool is_its_turn = number < first || number % one_in == 0;
    Mapping* const mapping = is_its_turn && guarded < most_at_once ? take_guarded(all) : take_unguarded(all);
    return mapping != nullptr ? mapping + 1 : nullptr;
  }

  static void give_back(void* block) {
    Mapping* const mapping = static_cast<Mapping*>(block) - 1;
    if (mapping->pages == nullptr) return std::free(mapping);
    platform::unmap(mapping->pages, mapping->bytes);
    --guarded;
  }

 private:
  static Mapping* take_guarded(std::size_t bytes) {
    using platform::page_bytes;
    const std::size_t open_bytes = (bytes + page_bytes - 1) / page_bytes * page_bytes;
    char* const pages = static_cast<char*>(platform::map(open_bytes + page_bytes));
    if (pages == nullptr) return nullptr;
    platform::close(pages + open_bytes, page_bytes);
    ++guarded;
    return new (pages + open_bytes - bytes) Mapping{pages, open_bytes + page_bytes};
  }

  static Mapping* take_unguarded(std::size_t bytes) {
    void* const block = std::malloc(bytes);
    return block != nullptr ? new (block) Mapping{nullptr, 0} : nullptr;
  }
};
