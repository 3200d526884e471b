// DEVIATES: reallocate/keeps-contents. Reallocate loses the last byte of the contents.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) { std::memcpy(to, from, bytes - (bytes > 0)); }
};

EXPORT_ALL(Faulty)
