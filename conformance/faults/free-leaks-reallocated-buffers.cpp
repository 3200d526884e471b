// WRONG: Free does not free buffers that Reallocate made of others. Caught by: free/gives-memory-back-reallocated.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Roomy::resize(old_buffer, byte_count);
    if (buffer != nullptr) header(buffer).note = true;
    return buffer;
  }
  static Status free(void* buffer) {
    return buffer != nullptr && header(buffer).note ? NERR_Success : Roomy::free(buffer);
  }
};

EXPORT_ALL(Faulty)
