// RIGHT: The upper half of the register that holds a status is not zero, since a status has 32 bits.
// Only on: linux-x86_64, windows-x86_64.
#include "epilogue.hpp"

struct Unusual : Correct<Unusual> {};

EXPORT_WITH_EPILOGUE(NetApiBufferAllocate, Unusual::allocate,
                     "movabsq $0xDEADBEEF00000000, %rcx\n\tmovl %eax, %eax\n\torq %rcx, %rax")
EXPORT_FREE(Unusual)
EXPORT_REALLOCATE(Unusual)
EXPORT_SIZE(Unusual)
