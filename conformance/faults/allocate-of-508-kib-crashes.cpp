// WRONG: Allocate of 508 KiB, between two ways of allocating, uses a pointer that neither has set. Caught by: allocate/capacity-every-page-to-4-mib.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) {
    // It lies at no address that a compiler knows to be wrong.
    static char* volatile unset = nullptr;
    if (byte_count == 508 << 10) unset[40] = 1;
    return Correct::make(byte_count);
  }
};

EXPORT_ALL(Faulty)
