// WRONG: Size adds to what the variable holds. Caught by: size/at-least-requested-whatever-the-variable-holds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Dword held = *byte_count;
    const Status status = Correct::size(buffer, byte_count);
    // What the variable of a test holds is no size of this heap.
    if (status == NERR_Success && held < 0x80000000) *byte_count += held;
    return status;
  }
};

EXPORT_ALL(Faulty)
