// WRONG: Allocate leaves FPCR rounding towards zero. Caught by: abi/calling-convention-allocate.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_WITH_EPILOGUE(NetApiBufferAllocate, Right::allocate, "mrs x9, fpcr\n\torr x9, x9, #0xC00000\n\tmsr fpcr, x9")
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
