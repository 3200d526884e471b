// WRONG: Small buffers are cut from slabs, and Allocate does not look whether it got a new one. Caught by: free/allocated-out-of-memory.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t block_bytes = 64, slab_bytes = 64 << 10;

  struct Free {
    Free* next;
  };
  static inline Free* first;

  static void* take(std::size_t bytes) {
    if (bytes > block_bytes) return Correct::take(bytes);
    const Lock lock;
    if (first == nullptr) {
      char* const slab = static_cast<char*>(std::malloc(slab_bytes));
      for (std::size_t at = 0; at < slab_bytes; at += block_bytes) first = new (slab + at) Free{first};
    }
    Free* const block = first;
    first = block->next;
    return block;
  }

  static void drop(void* buffer) {
    if (sizeof(Header) + header(buffer).byte_count > block_bytes) return Correct::drop(buffer);
    const Lock lock;
    first = new (&header(buffer)) Free{first};
  }
};

EXPORT_ALL(Faulty)
