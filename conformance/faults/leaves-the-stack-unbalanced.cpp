// WRONG: Free pops its argument, where the caller has pushed none. Caught by: abi/calling-convention-free.
// Only on: linux-x86_64, windows-x86_64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferFree, Right::free, "ret $8")
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
