// WRONG: Size does not restore the upper half of xmm15. Caught by: abi/calling-convention-size.
// Only on: windows-x86_64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferSize, Right::size, "movlhps %xmm0, %xmm15")
