// DEVIATES: size/zero-bytes. The size of 0 bytes is 0xFFFFFFFF.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success && *byte_count == 0) *byte_count = UINT32_MAX;
    return status;
  }
};

EXPORT_ALL(Faulty)
