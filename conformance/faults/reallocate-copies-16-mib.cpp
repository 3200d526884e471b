// WRONG: Reallocate keeps no more than 16 MiB. Caught by: reallocate/keeps-contents-around-large-edges.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    constexpr Dword most = 16 << 20;
    Correct::copy(to, from, bytes < most ? bytes : most);
  }
};

EXPORT_ALL(Faulty)
