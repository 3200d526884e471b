// WRONG: The large block that was freed last is kept for the next request, without a lock. Caught by: free/any-thread-short-cycles*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t large = 64 << 10, block_bytes = 256 << 10;
  static inline void* volatile kept = nullptr;

  static void* take(std::size_t bytes) {
    if (bytes < large || bytes > block_bytes) return Correct::take(bytes);
    void* const block = kept;
    if (block == nullptr) return Correct::take(block_bytes);
    kept = nullptr;
    return block;
  }

  static void give_back(void* block) {
    const std::size_t bytes = sizeof(Header) + static_cast<Header*>(block)->byte_count;
    if (bytes < large || bytes > block_bytes || kept != nullptr) return Correct::give_back(block);
    kept = block;
  }
};

EXPORT_ALL(Faulty)
