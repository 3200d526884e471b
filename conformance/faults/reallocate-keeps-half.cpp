// DEVIATES: reallocate/keeps-contents. Reallocate keeps the first half of the contents.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) { Correct::copy(to, from, bytes / 2); }
};

EXPORT_ALL(Faulty)
