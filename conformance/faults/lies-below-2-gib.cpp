// RIGHT: All buffers lie below 2 GiB, so that the upper half of every pointer is zero, which is an address like any other.
// Only on: linux-x86_64.
#include "slab.hpp"

struct Unusual : Slab<Unusual> {
  static void* slab(std::size_t bytes) {
    void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    return pages != MAP_FAILED ? pages : nullptr;
  }
};

EXPORT_ALL(Unusual)
