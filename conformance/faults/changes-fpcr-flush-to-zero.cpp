// WRONG: Size leaves FPCR flushing denormal numbers to zero. Caught by: abi/calling-convention-size.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferSize, Right::size, "mrs x9, fpcr\n\torr x9, x9, #0x1000000\n\tmsr fpcr, x9")
