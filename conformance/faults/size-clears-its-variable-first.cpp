// RIGHT: Size clears its variable before it looks at the buffer.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = 0;
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Unusual)
