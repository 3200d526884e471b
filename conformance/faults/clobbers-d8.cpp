// WRONG: Size does not restore the lower half of v8. Caught by: abi/calling-convention-size.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferSize, Right::size, "fmov d8, xzr")
