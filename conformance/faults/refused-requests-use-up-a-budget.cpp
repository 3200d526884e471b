// WRONG: A request counts against what the process may have, and still does after it was refused. Caught by: allocate/capacity-after-refusals, free/gives-memory-back-after-refused-reallocate.
#include <atomic>
#include <cstdint>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::uint64_t budget = std::uint64_t{64} << 30;
  static constexpr Dword largest = 0x7FFFFFFF;
  static inline std::atomic<std::uint64_t> in_use = 0;

  static void* make(Dword byte_count) {
    in_use += byte_count;
    return in_use <= budget && byte_count <= largest ? Correct::make(byte_count) : nullptr;
  }

  static void drop(void* buffer) {
    in_use -= header(buffer).byte_count;
    Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
