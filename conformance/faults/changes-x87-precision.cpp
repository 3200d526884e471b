// WRONG: Size leaves the x87 unit at single precision. Caught by: abi/calling-convention-size.
// Only on: linux-x86_64, linux-i686, windows-x86_64, windows-i686.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    constexpr std::uint16_t single_precision = 0x007F;
    asm volatile("fldcw %0" : : "m"(single_precision));
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
