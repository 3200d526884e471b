// WRONG: Free does not restore the lower half of v15. Caught by: abi/calling-convention-free.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferFree, Right::free, "fmov s15, wzr")
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
