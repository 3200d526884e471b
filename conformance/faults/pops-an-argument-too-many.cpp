// WRONG: Size is declared with three arguments, and pops three. Caught by: abi/calling-convention-size.
// Only on: windows-i686.
#include "correct.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORTED Status STDCALL NetApiBufferSize(void* buffer, Dword* byte_count, void*) {
  return Right::size(buffer, byte_count);
}
