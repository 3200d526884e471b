// WRONG: Size does not restore the frame pointer, x29. Caught by: abi/calling-convention-size.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferSize, Right::size, "mov x29, xzr")
