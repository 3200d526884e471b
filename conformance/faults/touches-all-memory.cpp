// RIGHT: Every byte is written when a buffer is made, gigabytes too, which takes its time and its memory.
// Only on: linux-x86_64.
#include <sys/mman.h>

#include "correct.hpp"

struct Right : Correct<Right> {
  static void* take(std::size_t bytes) {
    constexpr std::size_t page_bytes = 4096;
    void* const block = Correct::take(bytes);
    if (block == nullptr) return nullptr;
    // Large pages, where they can be had: it takes its time, but not that of the whole suite.
    const auto first_page = (reinterpret_cast<std::uintptr_t>(block) + page_bytes - 1) / page_bytes * page_bytes;
    if (bytes > 2 * page_bytes) madvise(reinterpret_cast<void*>(first_page), bytes - page_bytes, MADV_HUGEPAGE);
    return std::memset(block, 0xCD, bytes);
  }
};

EXPORT_ALL(Right)
