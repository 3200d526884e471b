// DEVIATES: reallocate/keeps-contents. Reallocate gives a new buffer without the contents of the old one.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void*, const void*, Dword) {}
};

EXPORT_ALL(Faulty)
