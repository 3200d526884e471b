// DEVIATES: abi/netapip-alias. NetapipBufferAllocate stores through a NULL out-pointer. Caught by: abi/netapip-alias-null-out.
#include "correct.hpp"

struct Right : Correct<Right> {};
struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    *static_cast<void* volatile*>(buffer) = make(byte_count);
    return *buffer != nullptr ? NERR_Success : ERROR_NOT_ENOUGH_MEMORY;
  }
};

EXPORT_ALLOCATE_AS(NetApiBufferAllocate, Right)
EXPORT_ALLOCATE_AS(NetapipBufferAllocate, Faulty)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
