// RIGHT: A buffer that shrinks by less than 64 bytes stays as it is, with its size and all of its bytes.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* resize(void* old_buffer, Dword byte_count) {
    const Dword old_byte_count = header(old_buffer).byte_count;
    const bool is_little = byte_count <= old_byte_count && old_byte_count - byte_count < 64;
    return is_little ? old_buffer : Correct::resize(old_buffer, byte_count);
  }
};

EXPORT_ALL(Unusual)
