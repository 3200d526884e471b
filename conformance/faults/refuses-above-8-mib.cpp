// DEVIATES: allocate/capacity. No buffer can have more than 8 MiB.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return byte_count <= 8 << 20 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
