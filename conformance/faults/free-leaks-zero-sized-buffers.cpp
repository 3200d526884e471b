// WRONG: Buffers of 0 bytes are never freed. Caught by: free/gives-memory-back-zero-sized.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static void drop(void* buffer) {
    if (header(buffer).byte_count != 0) Roomy::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
