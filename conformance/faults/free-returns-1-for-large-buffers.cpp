// WRONG: Free of 4 KiB or more returns 1, which means TRUE elsewhere, for success. Caught by: free/allocated-4096-bytes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    const bool is_large = buffer != nullptr && header(buffer).byte_count >= 4096;
    const Status status = Correct::free(buffer);
    return is_large ? 1 : status;
  }
};

EXPORT_ALL(Faulty)
