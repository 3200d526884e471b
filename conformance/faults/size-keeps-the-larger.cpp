// WRONG: Size leaves the variable as it is where it holds a larger number below 2 GiB. Caught by: size/at-least-requested-whatever-the-variable-holds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Dword held = *byte_count;
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success && held > *byte_count && held < 0x80000000) *byte_count = held;
    return status;
  }
};

EXPORT_ALL(Faulty)
