// WRONG: Size takes what the variable holds for room, and refuses less than the size. Caught by: size/at-least-requested-variable-holds-0, size/at-least-requested-whatever-the-variable-holds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Dword room = *byte_count;
    const Status status = Correct::size(buffer, byte_count);
    return status == NERR_Success && room < *byte_count ? ERROR_INSUFFICIENT_BUFFER : status;
  }
};

EXPORT_ALL(Faulty)
