// WRONG: Free takes an address from 2 GiB on for a negative number, and so for an error. Caught by: abi/full-pointers-above-2-gib.
// Only on: windows-i686, linux-i686.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    if (reinterpret_cast<std::intptr_t>(buffer) < 0) return ERROR_INVALID_PARAMETER;
    return Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
