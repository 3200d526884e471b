// RIGHT: Large blocks come from 4 GiB of addresses that were reserved when the library was loaded, so that no limit that is set later ends them.
// Only on: linux-x86_64.
#include <sys/mman.h>

#include <map>

#include "correct.hpp"
#include "lock.hpp"

struct Right : Correct<Right> {
  static constexpr std::size_t reserved_bytes = std::size_t{4} << 30, large_bytes = std::size_t{1} << 20;
  static inline char* const reserved = static_cast<char*>(
      mmap(nullptr, reserved_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  static inline std::map<std::size_t, std::size_t> taken;  // from where to where

  static void* take(std::size_t bytes) {
    if (bytes < large_bytes) return Correct::take(bytes);
    const Lock lock;
    std::size_t start = 0;
    for (const auto& [from, to] : taken) {
      if (from - start >= bytes) break;
      start = to;
    }
    if (reserved_bytes - start < bytes) return nullptr;
    taken[start] = start + (bytes + 4095) / 4096 * 4096;
    return reserved + start;
  }

  static void give_back(void* block) {
    const auto start = static_cast<std::size_t>(static_cast<char*>(block) - reserved);
    if (start >= reserved_bytes) return Correct::give_back(block);
    const Lock lock;
    madvise(block, taken[start] - start, MADV_DONTNEED);
    taken.erase(start);
  }
};

EXPORT_ALL(Right)
