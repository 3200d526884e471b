// DEVIATES: size/null-buffer. Size of NULL is ERROR_INSUFFICIENT_BUFFER.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    return buffer == nullptr ? ERROR_INSUFFICIENT_BUFFER : Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
