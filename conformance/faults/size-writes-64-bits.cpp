// WRONG: Size stores 64 bits. Caught by: size/writes-32-bits-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    const std::uint64_t wide = header(buffer).byte_count;
    std::memcpy(byte_count, &wide, sizeof wide);
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
