// WRONG: Reallocate leaves the x87 unit in use for MMX. Caught by: abi/calling-convention-reallocate.
// Only on: linux-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    asm volatile("pxor %mm0, %mm0");
    Correct::copy(to, from, bytes);
  }
};

EXPORT_ALL(Faulty)
