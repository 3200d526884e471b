// DEVIATES: size/zero-bytes. Size refuses buffers of 0 bytes. Caught by: size/zero-bytes-*, allocate/zero-bytes-has-a-size.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr || header(buffer).byte_count == 0) return ERROR_INVALID_PARAMETER;
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
