// WRONG: Buffers from 64 KiB on are never freed. Caught by: free/gives-memory-back-small-and-large.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void drop(void* buffer) {
    if (header(buffer).byte_count < 64 << 10) Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
