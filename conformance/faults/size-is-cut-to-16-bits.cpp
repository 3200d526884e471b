// WRONG: Size reports the lower 16 bits. Caught by: size/at-least-requested-around-65536.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success) *byte_count = static_cast<std::uint16_t>(*byte_count);
    return status;
  }
};

EXPORT_ALL(Faulty)
