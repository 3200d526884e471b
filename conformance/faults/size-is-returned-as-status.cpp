// WRONG: Size returns the size as its status. Caught by: size/at-least-requested-1-byte.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    return status == NERR_Success ? *byte_count : status;
  }
};

EXPORT_ALL(Faulty)
