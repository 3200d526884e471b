// WRONG: Size succeeds and stores nothing. Caught by: size/at-least-requested-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword*) { return buffer == nullptr ? ERROR_INVALID_PARAMETER : NERR_Success; }
};

EXPORT_ALL(Faulty)
