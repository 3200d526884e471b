// RIGHT: A buffer that shrinks stays where it is with all of its memory, and Size goes on to report it, for all of it is usable.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* resize(void* old_buffer, Dword byte_count) {
    return byte_count <= header(old_buffer).byte_count ? old_buffer : Correct::resize(old_buffer, byte_count);
  }
};

EXPORT_ALL(Unusual)
