// WRONG: Allocate counts the header where it decides that a block is large, and Free does not. Caught by: allocate/usable-around-limits.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t largest_small = 1000000;

  static std::size_t mapped(std::size_t bytes) {
    using platform::page_bytes;
    return (bytes + page_bytes - 1) / page_bytes * page_bytes;
  }
  static void* take(std::size_t bytes) {
    constexpr std::size_t most = SIZE_MAX / 2;
    if (bytes <= largest_small) return Correct::take(bytes);
    return bytes <= most ? platform::map(mapped(bytes)) : nullptr;
  }
  static void give_back(void* block) {
    const Dword byte_count = static_cast<Header*>(block)->byte_count;
    if (byte_count <= largest_small) return Correct::give_back(block);
    platform::unmap(block, mapped(sizeof(Header) + byte_count));
  }
};

EXPORT_ALL(Faulty)
