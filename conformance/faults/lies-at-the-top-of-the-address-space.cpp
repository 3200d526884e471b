// RIGHT: All buffers lie as far up as a process of 47 bits can have them, which is an address like any other.
// Only on: linux-x86_64.
#include <atomic>

#include "slab.hpp"

struct Unusual : Slab<Unusual> {
  static constexpr std::uintptr_t above_all_else = 0x7FFFFFFF0000;
  static inline std::atomic<std::uintptr_t> lowest = above_all_else;

  static void* slab(std::size_t bytes) {
    void* const wanted = reinterpret_cast<void*>(lowest -= bytes);
    void* const pages = mmap(wanted, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages != MAP_FAILED ? pages : nullptr;
  }
};

EXPORT_ALL(Unusual)
