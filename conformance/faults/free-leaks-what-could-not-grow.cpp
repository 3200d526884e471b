// WRONG: After Reallocate failed to grow a buffer, Free no longer frees it. Caught by: free/gives-memory-back-after-refused-reallocate.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr) header(old_buffer).note = 1;
    return buffer;
  }

  static void drop(void* buffer) {
    if (header(buffer).note == 0) Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
