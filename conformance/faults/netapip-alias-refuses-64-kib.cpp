// DEVIATES: abi/netapip-alias. NetapipBufferAllocate refuses 64 KiB and more. Caught by: abi/netapip-alias-any-size.
#include "correct.hpp"

struct Right : Correct<Right> {};
struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return byte_count < 64 << 10 ? Correct::make(byte_count) : nullptr; }
};

EXPORT_ALLOCATE_AS(NetApiBufferAllocate, Right)
EXPORT_ALLOCATE_AS(NetapipBufferAllocate, Faulty)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
