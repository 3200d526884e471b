// WRONG: Free overwrites 64 bytes, however small the buffer is. Caught by: free/allocated-gap-is-filled, free/reallocated-beside-others.
#include "places.hpp"

struct Faulty : Places<Faulty> {
  static void drop(void* buffer) {
    std::memset(buffer, 0xDD, 64);
    Places::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
