// WRONG: A buffer that shrinks by less than 16 bytes gives them back and keeps its size. Caught by: size/all-usable-after-a-small-shrink.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    const Dword old_byte_count = header(old_buffer).byte_count;
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer != nullptr && byte_count < old_byte_count && old_byte_count - byte_count < 16) {
      header(buffer).byte_count = old_byte_count;
    }
    return buffer;
  }
};

EXPORT_ALL(Faulty)
