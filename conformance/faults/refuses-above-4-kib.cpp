// DEVIATES: allocate/capacity. No buffer can have more than 4096 bytes.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return byte_count <= 4096 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Faulty)
