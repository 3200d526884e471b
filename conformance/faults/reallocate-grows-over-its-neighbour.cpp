// WRONG: Up to 256 bytes more are always taken to be there behind a large buffer. Caught by: reallocate/keeps-contents-of-neighbours.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    Header& old_header = header(old_buffer);
    if (old_header.byte_count < 2000 || byte_count < old_header.byte_count ||
        byte_count > old_header.byte_count + 256) {
      return Correct::resize(old_buffer, byte_count);
    }
    old_header.byte_count = byte_count;
    return old_buffer;
  }
};

EXPORT_ALL(Faulty)
