// RIGHT: Size leaves rubbish in all registers that the convention leaves to it, in the flags and below the stack pointer.
// Only on: linux-x86_64.
#include "epilogue.hpp"

struct Unusual : Correct<Unusual> {};

EXPORT_ALLOCATE(Unusual)
EXPORT_FREE(Unusual)
EXPORT_REALLOCATE(Unusual)
EXPORT_WITH_EPILOGUE(NetApiBufferSize, Unusual::size,
                     "movq $-1, %rcx\n\t"
                     "movq %rcx, %rdx\n\tmovq %rcx, %rsi\n\tmovq %rcx, %rdi\n\tmovq %rcx, %r8\n\tmovq %rcx, %r9\n\t"
                     "movq %rcx, %r10\n\tmovq %rcx, %r11\n\t"
                     "movq %rcx, -8(%rsp)\n\tmovq %rcx, -64(%rsp)\n\tmovq %rcx, -128(%rsp)\n\t"
                     "pcmpeqd %xmm0, %xmm0\n\tmovaps %xmm0, %xmm6\n\tmovaps %xmm0, %xmm7\n\tmovaps %xmm0, %xmm15\n\t"
                     "shlq $32, %rcx\n\torq %rcx, %rax\n\t"
                     "stc")
