// DEVIATES: allocate/zero-bytes. Allocate of 0 bytes succeeds and stores NULL, as Samba's does. Caught by: allocate/zero-bytes-succeeds.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    if (byte_count != 0 || buffer == nullptr) return Correct::allocate(byte_count, buffer);
    *buffer = nullptr;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
