// WRONG: Size refuses a variable that holds 0. Caught by: size/at-least-requested-variable-holds-0, size/at-least-requested-whatever-the-variable-holds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    return *byte_count == 0 ? ERROR_INVALID_PARAMETER : Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
