// DEVIATES: reallocate/gives-memory-back. Reallocate to a smaller size does not free the old buffer. Caught by: free/gives-memory-back-reallocated.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    const bool shrinks = byte_count < header(old_buffer).byte_count;
    return shrinks ? copied(old_buffer, byte_count) : Roomy::resize(old_buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
