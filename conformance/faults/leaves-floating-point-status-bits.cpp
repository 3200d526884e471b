// RIGHT: An inexact and a divide-by-zero operation leave their status bits in MXCSR, which the convention does not reserve.
// Only on: linux-x86_64, windows-x86_64.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static Status allocate(Dword byte_count, void** buffer) {
    volatile double number = 3;
    number = 1 / number;
    number = 1 / (number - number);
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Unusual)
