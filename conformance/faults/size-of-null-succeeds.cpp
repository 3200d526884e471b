// DEVIATES: size/null-buffer. Size of NULL is 0 and success.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer != nullptr) return Correct::size(buffer, byte_count);
    *byte_count = 0;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
