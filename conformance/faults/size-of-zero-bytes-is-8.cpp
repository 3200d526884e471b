// RIGHT: A buffer of 0 bytes has 8 that are usable, and Size says so.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* make(Dword byte_count) { return Correct::make(byte_count == 0 ? 8 : byte_count); }
};

EXPORT_ALL(Unusual)
