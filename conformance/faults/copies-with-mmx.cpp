// RIGHT: Reallocate copies with MMX registers, and gives the x87 unit back with emms, as the convention asks.
// Only on: linux-x86_64.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void copy(void* to, const void* from, Dword bytes) {
    asm volatile("pxor %mm0, %mm0\n\temms");
    Correct::copy(to, from, bytes);
  }
};

EXPORT_ALL(Unusual)
