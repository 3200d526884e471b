// WRONG: Reallocate does not restore rbx. Caught by: abi/calling-convention-reallocate.
// Only on: linux-x86_64, windows-x86_64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferReallocate, Right::reallocate, "xorl %ebx, %ebx")
EXPORT_SIZE(Right)
