// DEVIATES: size/at-least-requested. Size reports one byte less.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success && *byte_count > 0) --*byte_count;
    return status;
  }
};

EXPORT_ALL(Faulty)
