// DEVIATES: allocate/capacity. Reallocate refuses sizes above 1 MiB. Caught by: reallocate/changes-size-doubling-to-16-mib.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    return byte_count <= 1 << 20 ? Correct::resize(old_buffer, byte_count) : nullptr;
  }
};

EXPORT_ALL(Faulty)
