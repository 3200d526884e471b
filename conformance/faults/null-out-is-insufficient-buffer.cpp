// DEVIATES: allocate/null-out. Allocate answers a NULL out-pointer with ERROR_INSUFFICIENT_BUFFER, as Samba's does. Caught by: allocate/null-out-*-byte*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    return buffer == nullptr ? ERROR_INSUFFICIENT_BUFFER : Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALL(Faulty)
