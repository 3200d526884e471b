// WRONG: The caller is to pop the arguments, as C functions have it. Caught by: abi/calling-convention-*.
// Only on: windows-i686.
#include "correct.hpp"

struct Right : Correct<Right> {};

EXPORTED Status NetApiBufferAllocate(Dword byte_count, void** buffer) { return Right::allocate(byte_count, buffer); }
EXPORTED Status NetApiBufferFree(void* buffer) { return Right::free(buffer); }
EXPORTED Status NetApiBufferReallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
  return Right::reallocate(old_buffer, byte_count, new_buffer);
}
EXPORTED Status NetApiBufferSize(void* buffer, Dword* byte_count) { return Right::size(buffer, byte_count); }
