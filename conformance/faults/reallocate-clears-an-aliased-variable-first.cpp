// WRONG: Reallocate clears the variable before it reads the old buffer from it, where it is one variable. Caught by: reallocate/keeps-contents-aliased-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (*new_buffer == old_buffer) old_buffer = *new_buffer = nullptr;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
