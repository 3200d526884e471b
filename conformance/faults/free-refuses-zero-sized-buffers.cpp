// DEVIATES: allocate/zero-bytes. Free refuses buffers of 0 bytes. Caught by: allocate/zero-bytes-succeeds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    return buffer != nullptr && header(buffer).byte_count == 0 ? ERROR_INVALID_PARAMETER : Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
