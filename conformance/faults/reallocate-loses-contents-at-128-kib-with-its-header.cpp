// WRONG: A buffer that grows into a block of exactly 131,072 bytes with its header loses its contents. Caught by: reallocate/keeps-contents-around-large-edges.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    if (static_cast<Header*>(to)[-1].byte_count + sizeof(Header) != 128 << 10) Correct::copy(to, from, bytes);
  }
};

EXPORT_ALL(Faulty)
