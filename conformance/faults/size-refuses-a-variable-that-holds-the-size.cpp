// WRONG: Size refuses a variable that holds the buffer's size already. Caught by: size/at-least-requested-whatever-the-variable-holds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Dword held = *byte_count;
    const Status status = Correct::size(buffer, byte_count);
    return status == NERR_Success && held == *byte_count ? ERROR_INVALID_PARAMETER : status;
  }
};

EXPORT_ALL(Faulty)
