// WRONG: A buffer that Reallocate made is lost when it is reallocated again. Caught by: free/gives-memory-back-reallocated.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    const Header old_header = header(old_buffer);
    copy(buffer, old_buffer, old_header.byte_count < byte_count ? old_header.byte_count : byte_count);
    if (old_header.note == 0) drop(old_buffer);
    header(buffer).note = 1;
    return buffer;
  }
};

EXPORT_ALL(Faulty)
