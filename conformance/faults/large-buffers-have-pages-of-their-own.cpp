// RIGHT: Buffers of more than 64 KiB lie in pages of their own, which go back to the system with them.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static constexpr std::size_t largest_from_heap = 64 << 10;

  static void* take(std::size_t bytes) {
    if (bytes <= sizeof(Header) + largest_from_heap) return Correct::take(bytes);
    return bytes <= SIZE_MAX - platform::page_bytes ? platform::map(whole_pages(bytes)) : nullptr;
  }

  static void give_back(void* block) {
    const std::size_t bytes = sizeof(Header) + room(static_cast<Header*>(block)->byte_count);
    if (bytes <= sizeof(Header) + largest_from_heap) return Correct::give_back(block);
    platform::unmap(block, whole_pages(bytes));
  }

  static std::size_t whole_pages(std::size_t bytes) {
    return (bytes + platform::page_bytes - 1) / platform::page_bytes * platform::page_bytes;
  }
};

EXPORT_ALL(Unusual)
