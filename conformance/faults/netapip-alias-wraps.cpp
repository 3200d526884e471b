// DEVIATES: abi/netapip-alias. NetapipBufferAllocate adds 64 bytes to the size in 32 bits. Caught by: abi/netapip-alias-largest.
#include "correct.hpp"

struct Right : Correct<Right> {};
struct Faulty : Correct<Faulty> {
  static std::size_t room(Dword byte_count) { return byte_count + Dword{64}; }
};

EXPORT_ALLOCATE_AS(NetApiBufferAllocate, Right)
EXPORT_ALLOCATE_AS(NetapipBufferAllocate, Faulty)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
