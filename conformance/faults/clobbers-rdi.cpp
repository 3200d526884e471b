// WRONG: Size does not restore rdi, which Windows reserves and the System V convention does not. Caught by: abi/calling-convention-size.
// Only on: windows-x86_64.
#include "epilogue.hpp"

struct Right : Correct<Right> {};

EXPORT_ALLOCATE(Right)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_WITH_EPILOGUE(NetApiBufferSize, Right::size, "xorl %edi, %edi")
