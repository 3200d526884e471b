// DEVIATES: reallocate/null-old. Reallocate looks for the header of NULL.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    static_cast<volatile Header*>(old_buffer)[-1].note = 0;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
