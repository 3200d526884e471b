// WRONG: A large buffer that shrinks a little stays where it is, and NewBuffer as it was. Caught by: reallocate/changes-size-into-another-variable.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer != nullptr && byte_count >= 1 << 20) {
      Header& old_header = header(old_buffer);
      if (byte_count <= old_header.byte_count && byte_count >= old_header.byte_count / 2) {
        old_header.byte_count = byte_count;
        return NERR_Success;
      }
    }
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
