// WRONG: Allocate leaves MXCSR rounding towards zero. Caught by: abi/calling-convention-allocate.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    constexpr unsigned towards_zero = 0x6000;
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | towards_zero);
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
