// DEVIATES: allocate/capacity. Between two ways of allocating one size, 508 KiB, belongs to neither. Caught by: allocate/capacity-every-page-to-4-mib.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return byte_count != 508 << 10 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
