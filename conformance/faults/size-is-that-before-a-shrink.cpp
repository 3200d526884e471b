// WRONG: Size reports the old size after a shrink that gave the rest of the memory back. Caught by: size/all-usable-after-shrink.
#include "guarded.hpp"
#include "noted.hpp"

struct Faulty : Noted<Faulty, Guarded> {
  static void copy(void* to, const void* from, Dword bytes) {
    if (note_of(from) > note_of(to)) header(to).note = note_of(from);
    Guarded::copy(to, from, bytes);
  }
};

EXPORT_ALL(Faulty)
