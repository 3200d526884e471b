// RIGHT: Size leaves rubbish in all registers and status bits that AAPCS64 leaves to it, and needs SP aligned to 16 bytes.
// Only on: linux-aarch64.
#include "epilogue.hpp"

struct Unusual : Correct<Unusual> {};

EXPORT_ALLOCATE(Unusual)
EXPORT_FREE(Unusual)
EXPORT_REALLOCATE(Unusual)
EXPORT_WITH_EPILOGUE(
    NetApiBufferSize, Unusual::size,
    "mov x9, sp\n\ttst x9, #15\n\tb.eq 1f\n\tbrk #1\n1:\n\t"
    "mov x9, #-1\n\t"
    "msr fpsr, x9\n\tmsr nzcv, x9\n\t"
    "orr x0, x0, #0xFFFFFFFF00000000\n\t"
    "mov x1, x9\n\tmov x2, x9\n\tmov x3, x9\n\tmov x4, x9\n\tmov x5, x9\n\tmov x6, x9\n\tmov x7, x9\n\t"
    "mov x8, x9\n\tmov x10, x9\n\tmov x11, x9\n\tmov x12, x9\n\tmov x13, x9\n\tmov x14, x9\n\t"
    "mov x15, x9\n\tmov x16, x9\n\tmov x17, x9\n\tmov x18, x9\n\t"
    "str x9, [sp, #-8]\n\tstr x9, [sp, #-128]\n\t"
    "movi v0.2d, #0\n\tmovi v7.2d, #0\n\tmovi v16.2d, #0\n\tmovi v31.2d, #0\n\t"
    "mov v8.d[1], x9\n\tmov v9.d[1], x9\n\tmov v10.d[1], x9\n\tmov v11.d[1], x9\n\t"
    "mov v12.d[1], x9\n\tmov v13.d[1], x9\n\tmov v14.d[1], x9\n\tmov v15.d[1], x9")
