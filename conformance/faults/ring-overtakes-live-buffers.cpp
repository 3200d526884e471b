// WRONG: Small buffers come from a ring of 64 KiB that starts again at its end, over buffers that are still live. Caught by: allocate/usable-beside-ten-thousand-others.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t largest = 1024;
  alignas(natural_alignment) static inline char ring[64 << 10];
  static inline std::atomic<std::size_t> next = 0;

  static void* take(std::size_t bytes) {
    if (bytes > largest) return Correct::take(bytes);
    const std::size_t place = next.fetch_add((bytes + natural_alignment - 1) / natural_alignment * natural_alignment);
    return ring + place % (sizeof ring - largest);
  }
  static void give_back(void* block) {
    if (block < ring || block >= ring + sizeof ring) Correct::give_back(block);
  }
};

EXPORT_ALL(Faulty)
