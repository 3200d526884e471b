// RIGHT: Blocks come from 64 GiB of addresses that were reserved at load, and every byte of a buffer is written.
// Only on: linux-x86_64.
#include <sys/mman.h>

#include <bit>

#include "correct.hpp"
#include "lock.hpp"

struct Right : Correct<Right> {
  // Stands before a block of a power of two.
  struct alignas(natural_alignment) Start {
    Start* next;  // of the free ones of its class
    int power;
  };

  static constexpr int largest_power = 28;  // larger ones would take long to write
  static constexpr std::size_t reserved_bytes = std::size_t{64} << 30, page = platform::page_bytes;
  static inline char* const reserved = static_cast<char*>(
      mmap(nullptr, reserved_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  static inline std::size_t used_bytes;
  static inline Start* free_of[largest_power + 1];

  static void* take(std::size_t bytes) {
    const auto power = static_cast<int>(std::bit_width(sizeof(Start) + bytes - 1));
    if (power > largest_power) return nullptr;
    const Lock lock;
    Start* start = free_of[power];
    if (start != nullptr) {
      free_of[power] = start->next;
      return start + 1;
    }
    const std::size_t block_bytes = std::size_t{1} << power;
    if (block_bytes > page) used_bytes = (used_bytes + page - 1) / page * page;
    if (block_bytes > reserved_bytes - used_bytes) return nullptr;
    start = new (reserved + used_bytes) Start{nullptr, power};
    used_bytes += block_bytes;
    return start + 1;
  }

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) std::memset(buffer, 0xCD, byte_count);
    return buffer;
  }

  static void give_back(void* block) {
    Start* const start = static_cast<Start*>(block) - 1;
    const std::size_t block_bytes = std::size_t{1} << start->power;
    if (block_bytes > 16 * page) madvise(reinterpret_cast<char*>(start) + page, block_bytes - page, MADV_DONTNEED);
    const Lock lock;
    start->next = free_of[start->power];
    free_of[start->power] = start;
  }
};

EXPORT_ALL(Right)
