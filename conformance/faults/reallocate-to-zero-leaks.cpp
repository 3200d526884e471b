// WRONG: Reallocate to 0 bytes stores NULL and does not free, as Wine's once did. Caught by: reallocate/gives-memory-back-by-zero-bytes.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count != 0) return Roomy::reallocate(old_buffer, byte_count, new_buffer);
    *new_buffer = nullptr;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
