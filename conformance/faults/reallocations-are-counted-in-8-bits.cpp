// WRONG: A header counts reallocations in 8 bits, and 0 of them marks a freed buffer. Caught by: free/reallocated-very-often.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = 1;
    return buffer;
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    const Dword count = header(old_buffer).note + 1;
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer != nullptr) header(buffer).note = count % 256;
    return buffer;
  }

  static Status free(void* buffer) {
    return buffer != nullptr && header(buffer).note == 0 ? ERROR_INVALID_PARAMETER : Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
