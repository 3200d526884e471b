// WRONG: Large blocks are powers of two, which a logarithm of 24 bits finds: a few bytes more count as none. Caught by: allocate/usable-around-limits.
#include <cmath>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static std::size_t mapped(std::size_t bytes) {
    return std::size_t{1} << static_cast<int>(std::ceil(std::log2(static_cast<float>(bytes))));
  }

  // Large blocks have pages of their own.
  static constexpr std::size_t large = 64 << 10, largest = 64 << 20;
  static bool is_large(std::size_t bytes) { return bytes >= large && bytes <= largest; }

  static void* take(std::size_t bytes) { return is_large(bytes) ? platform::map(mapped(bytes)) : Correct::take(bytes); }
  static void give_back(void* block) {
    const std::size_t bytes = sizeof(Header) + static_cast<Header*>(block)->byte_count;
    if (!is_large(bytes)) return Correct::give_back(block);
    platform::unmap(block, mapped(bytes));
  }
};

EXPORT_ALL(Faulty)
