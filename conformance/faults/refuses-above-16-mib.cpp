// RIGHT: Buffers of more than 16 MiB are refused; no requirement promises more.
#include "correct.hpp"

struct Right : Correct<Right> {
  static void* make(Dword byte_count) { return byte_count <= Dword{16} << 20 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALL(Right)
