// DEVIATES: abi/netapip-alias. NetapipBufferAllocate takes its buffers from the C library, which the other functions know nothing of. Caught by: abi/netapip-alias-size, abi/netapip-alias-reallocate.
#include "correct.hpp"

struct Right : Correct<Right> {};
struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return std::calloc(1, byte_count); }
};

EXPORT_ALLOCATE_AS(NetApiBufferAllocate, Right)
EXPORT_ALLOCATE_AS(NetapipBufferAllocate, Faulty)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
