// WRONG: The size of buffers over 1 MiB is rounded up to whole pages, of which the header has taken a part. Caught by: size/all-usable-large-sizes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success && *byte_count > 1 << 20) *byte_count = (*byte_count + 4095) / 4096 * 4096;
    return status;
  }
};

EXPORT_ALL(Faulty)
