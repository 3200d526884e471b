// DEVIATES: size/after-reallocate. Buffers of 512 KiB to 1 MiB grow within their block, and Size goes on reporting the size before. Caught by: size/after-reallocate-any-sizes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t smallest = 512 << 10, largest = 1 << 20;

  static bool is_large(std::size_t bytes) { return smallest < bytes && bytes <= largest; }
  static std::size_t room(Dword byte_count) { return is_large(byte_count) ? largest : byte_count; }

  static void* resize(void* old_buffer, Dword byte_count) {
    if (is_large(header(old_buffer).byte_count) && is_large(byte_count)) return old_buffer;
    return Correct::resize(old_buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
