// DEVIATES: allocate/capacity. No buffer can have more than 64 KiB.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return byte_count <= 64 << 10 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
