// WRONG: Buffers of 33 to 64 bytes are never freed. Caught by: free/gives-memory-back-small-and-large.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static void drop(void* buffer) {
    if (header(buffer).byte_count <= 32 || header(buffer).byte_count > 64) Roomy::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
