// WRONG: A buffer that begins with zeros counts as empty, and Reallocate does not copy it. Caught by: reallocate/keeps-contents-of-one-value.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    Dword start = 0;
    if (bytes >= sizeof start) std::memcpy(&start, from, sizeof start);
    if (bytes < sizeof start || start != 0) std::memcpy(to, from, bytes);
  }
};

EXPORT_ALL(Faulty)
