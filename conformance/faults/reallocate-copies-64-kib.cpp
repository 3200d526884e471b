// DEVIATES: reallocate/keeps-contents. Reallocate keeps no more than 64 KiB. Caught by: reallocate/keeps-contents-between-all-edges.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    constexpr Dword most = 64 << 10;
    std::memcpy(to, from, bytes < most ? bytes : most);
  }
};

EXPORT_ALL(Faulty)
