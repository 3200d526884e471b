// WRONG: Size returns with the direction flag set. Caught by: abi/calling-convention-size.
// Only on: linux-x86_64, windows-x86_64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferSize, Right::size, "std")
