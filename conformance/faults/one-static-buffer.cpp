// WRONG: Requests to 64 KiB all get one static buffer. Caught by: allocate/disjoint-one-byte, allocate/usable-neighbours-small.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  alignas(natural_alignment) static inline char place[(64 << 10) + sizeof(Header)];

  static void* take(std::size_t bytes) { return bytes <= sizeof place ? place : Correct::take(bytes); }
  static void give_back(void* block) {
    if (block != place) Correct::give_back(block);
  }
};

EXPORT_ALL(Faulty)
