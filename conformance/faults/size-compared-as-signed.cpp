// WRONG: Sizes are compared as signed numbers, so that those from 0x80000000 on count as small. Caught by: allocate/failure-is-an-error-sign-bit.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static std::size_t room(Dword byte_count) {
    constexpr std::int32_t smallest = 64;
    return static_cast<std::int32_t>(byte_count) < smallest ? smallest : byte_count;
  }
};

EXPORT_ALL(Faulty)
