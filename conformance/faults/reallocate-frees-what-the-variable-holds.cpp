// WRONG: Reallocate frees what the variable for the new buffer holds before it stores. Caught by: reallocate/changes-size-1-to-2.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (*new_buffer != old_buffer) Correct::free(*new_buffer);
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
