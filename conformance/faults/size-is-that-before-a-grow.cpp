// WRONG: Size reports what Allocate was asked for, also after a grow. Caught by: size/after-reallocate-*.
#include "noted.hpp"

struct Faulty : Noted<Faulty> {
  static void copy(void* to, const void* from, Dword bytes) {
    header(to).note = note_of(from);
    Correct::copy(to, from, bytes);
  }
};

EXPORT_ALL(Faulty)
