// WRONG: Each thread keeps the small blocks that it gives back, and what it still has at its end is lost. Caught by: free/gives-memory-back-as-threads-end.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t small_bytes = 1088;
  struct Block {
    Block* next;
  };
  static inline thread_local Block* blocks;

  static std::size_t room(Dword byte_count) {
    return byte_count < small_bytes - sizeof(Header) ? small_bytes - sizeof(Header) : byte_count;
  }

  static void* take(std::size_t bytes) {
    if (bytes != small_bytes || blocks == nullptr) return Correct::take(bytes);
    Block* const block = blocks;
    blocks = block->next;
    return block;
  }

  static void drop(void* buffer) {
    if (room(header(buffer).byte_count) + sizeof(Header) != small_bytes) return Correct::drop(buffer);
    blocks = new (&header(buffer)) Block{blocks};
  }
};

EXPORT_ALL(Faulty)
