// WRONG: Reallocate to a smaller size does not free the old buffer. Caught by: free/gives-memory-back-reallocated.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    if (byte_count >= header(old_buffer).byte_count) return Roomy::resize(old_buffer, byte_count);
    void* const buffer = make(byte_count);
    if (buffer != nullptr) copy(buffer, old_buffer, byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
