// DEVIATES: size/at-least-requested. Size returns ERROR_INVALID_PARAMETER for every buffer.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void*, Dword*) { return ERROR_INVALID_PARAMETER; }
};

EXPORT_ALL(Faulty)
