// WRONG: Reallocate copies from the old header on, so that the contents are shifted. Caught by: reallocate/keeps-contents-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    std::memcpy(to, static_cast<const char*>(from) - sizeof(Header), bytes);
  }
};

EXPORT_ALL(Faulty)
