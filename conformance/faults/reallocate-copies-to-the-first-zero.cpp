// DEVIATES: reallocate/keeps-contents. Reallocate keeps the contents to the first byte that is zero, as if they were a string. Caught by: reallocate/keeps-contents-4096-to-4097.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    std::strncpy(static_cast<char*>(to), static_cast<const char*>(from), bytes);
  }
};

EXPORT_ALL(Faulty)
