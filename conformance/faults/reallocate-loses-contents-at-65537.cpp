// WRONG: A buffer of 65,537 bytes loses its contents when it is reallocated. Caught by: reallocate/keeps-contents-around-large-edges, reallocate/keeps-contents-65537-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    if (static_cast<const Header*>(from)[-1].byte_count != 65537) Correct::copy(to, from, bytes);
  }
};

EXPORT_ALL(Faulty)
