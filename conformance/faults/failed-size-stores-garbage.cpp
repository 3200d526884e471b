// RIGHT: A Size that fails stores a number, since no page says what it leaves in the variable.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status size(void* buffer, Dword* byte_count) {
    *byte_count = 12345;
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Unusual)
