// WRONG: Free refuses buffers that Reallocate made of others. Caught by: free/reallocated-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer != nullptr) header(buffer).note = true;
    return buffer;
  }
  static Status free(void* buffer) {
    return buffer != nullptr && header(buffer).note ? ERROR_INVALID_PARAMETER : Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
