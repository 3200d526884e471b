// WRONG: Reallocate into a variable that holds NULL allocates, as if NULL were the old buffer. Caught by: reallocate/changes-size-whatever-the-variable-holds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    return Correct::reallocate(*new_buffer == nullptr ? nullptr : old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
