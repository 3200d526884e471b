// WRONG: A Reallocate that fails has put the old buffer, if it is small, on a list, which overwrites its start. Caught by: reallocate/failure-keeps-old-small-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    const Dword old_byte_count = header(old_buffer).byte_count;
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr && old_byte_count >= sizeof(void*) && old_byte_count <= 128) {
      std::memcpy(old_buffer, &old_buffer, sizeof old_buffer);
    }
    return buffer;
  }
};

EXPORT_ALL(Faulty)
