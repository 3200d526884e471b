// WRONG: Reallocate copies pieces of 64 KiB, and a rest of one or two bytes is lost. Caught by: reallocate/keeps-contents-around-large-edges, reallocate/keeps-contents-65537-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    constexpr Dword piece = 64 << 10;
    Correct::copy(to, from, bytes > piece && bytes % piece <= 2 ? bytes - bytes % piece : bytes);
  }
};

EXPORT_ALL(Faulty)
