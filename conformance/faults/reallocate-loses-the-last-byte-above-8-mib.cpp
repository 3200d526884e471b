// WRONG: Reallocate copies one byte too few of more than 8 MiB. Caught by: reallocate/changes-size-doubling-to-16-mib.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    Correct::copy(to, from, bytes > Dword{8} << 20 ? bytes - 1 : bytes);
  }
};

EXPORT_ALL(Faulty)
