// WRONG: Free leaves the stack pointer 16 bytes too high. Caught by: abi/calling-convention-free.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferFree, Right::free, "add sp, sp, #16")
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
