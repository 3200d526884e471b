// DEVIATES: abi/netapip-alias. NetapipBufferAllocate refuses 0 bytes, unlike NetApiBufferAllocate. Caught by: abi/netapip-alias-zero-bytes.
#include "correct.hpp"

struct Right : Correct<Right> {};
struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    return byte_count == 0 ? ERROR_INVALID_PARAMETER : Correct::allocate(byte_count, buffer);
  }
};

EXPORT_ALLOCATE_AS(NetApiBufferAllocate, Right)
EXPORT_ALLOCATE_AS(NetapipBufferAllocate, Faulty)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
