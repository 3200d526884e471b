// RIGHT: Nothing beyond 16 MiB is given, which is as much as anybody may count on.
#include "correct.hpp"

struct Right : Correct<Right> {
  static void* make(Dword byte_count) { return byte_count <= Dword{16} << 20 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Right)
