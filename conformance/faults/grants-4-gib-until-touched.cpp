// RIGHT: Requests to 4 GiB are met with pages that take no memory until they are touched.
// Only on: linux-x86_64.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static constexpr std::size_t large = 1 << 20;
  static std::size_t room(Dword byte_count) { return byte_count; }
  static void* take(std::size_t bytes) {
    if (bytes < large) return Correct::take(bytes);
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    return pages != MAP_FAILED ? pages : nullptr;
  }
  static void give_back(void* block) {
    const std::size_t bytes = std::size_t{static_cast<Header*>(block)->byte_count} + sizeof(Header);
    if (bytes < large) return Correct::give_back(block);
    platform::unmap(block, bytes);
  }
};

EXPORT_ALL(Unusual)
