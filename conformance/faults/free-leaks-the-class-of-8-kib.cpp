// WRONG: Buffers of 4097 to 8192 bytes are never freed. Caught by: free/gives-memory-back-every-class.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void drop(void* buffer) {
    if (header(buffer).byte_count <= 4096 || header(buffer).byte_count > 8192) Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
