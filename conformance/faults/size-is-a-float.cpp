// WRONG: The size is kept as a float, which has 24 bits. Caught by: size/at-least-requested-odd-sizes-to-1-gib.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success) *byte_count = static_cast<Dword>(static_cast<float>(*byte_count));
    return status;
  }
};

EXPORT_ALL(Faulty)
