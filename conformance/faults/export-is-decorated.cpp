// WRONG: Size is exported with an underscore before its name. Caught by: abi/exports-netapibuffersize.
#include "correct.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORTED Status STDCALL _NetApiBufferSize(void* buffer, Dword* byte_count) { return Right::size(buffer, byte_count); }
