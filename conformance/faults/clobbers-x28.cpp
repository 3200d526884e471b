// WRONG: Reallocate does not restore x28. Caught by: abi/calling-convention-reallocate.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferReallocate, Right::reallocate, "mov w28, w28")
EXPORT_SIZE(Right)
