// WRONG: Size changes the first byte of the buffer. Caught by: size/at-least-requested-leaves-contents.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success && *byte_count > 0) *static_cast<char*>(buffer) = 0;
    return status;
  }
};

EXPORT_ALL(Faulty)
