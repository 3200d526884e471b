// WRONG: Allocate zeroes buffers in units of 64 bytes, beyond their end. Caught by: allocate/usable-neighbours-small.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  // Places beside each other, so that it is buffers that are hit and not what the C library keeps between them.
  static constexpr std::size_t place_bytes = 48, places = 4;
  alignas(natural_alignment) static inline char arena[places + 1][place_bytes];
  static inline std::size_t used = 0;

  static void* take(std::size_t bytes) {
    return bytes <= place_bytes && used < places ? arena[used++] : Correct::take(bytes + 64);
  }
  static void give_back(void* block) {
    if (block < arena || block >= arena + places) Correct::give_back(block);
  }
  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) std::memset(buffer, 0, (std::size_t{byte_count} + 63) / 64 * 64);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
