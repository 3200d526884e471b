// WRONG: A buffer that Reallocate made is lost when it is reallocated again. Caught by: free/gives-memory-back-reallocated.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = copied(old_buffer, byte_count);
    if (buffer == nullptr) return nullptr;
    if (header(old_buffer).note == 0) drop(old_buffer);
    header(buffer).note = 1;
    return buffer;
  }
};

EXPORT_ALL(Faulty)
