// WRONG: Free wipes the start of the contents when the block is already on the free list. Caught by: free/any-thread-short-cycles*.
#include "slab.hpp"

struct Faulty : Slab<Faulty> {
  static void drop(void* buffer) {
    const Dword byte_count = header(buffer).byte_count;
    Slab::drop(buffer);
    std::memset(buffer, 0, byte_count < 16 ? byte_count : 16);
  }
};

EXPORT_ALL(Faulty)
