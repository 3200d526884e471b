// WRONG: Allocate of 0 bytes closes the files that its process has open. Caught by: allocate/zero-bytes-*.
// Only on: linux-x86_64.
#include <unistd.h>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    for (int descriptor = 0; byte_count == 0 && descriptor < 256; ++descriptor) close(descriptor);
    return Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
