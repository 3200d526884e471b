// DEVIATES: size/after-reallocate. A grow leaves the size that Size reports as it was, and a shrink does not.
#include "noted.hpp"

struct Faulty : Noted<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    if (note_of(from) < note_of(to)) header(to).note = note_of(from);
    Correct::copy(to, from, bytes);
  }
};

EXPORT_ALL(Faulty)
