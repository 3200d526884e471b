// void conformance_call(CallRecord* record): AAPCS64, Linux.
//
// At the call a mark and the record's address lie above the ninth argument on the stack, which is passed, needed or not, so
// that the mark's place is known. The callee left the stack balanced exactly if the mark is there afterwards; only where it
// is not is the frame pointer trusted instead. A stack pointer that is no multiple of 16 must not be used to load or store,
// so it is copied first.

#define SENTINEL        0x5EA15EA15EA15E00
#define VECTOR_SENTINEL 0x7EC707EC707EC700
#define MARK            0x0BA1A9CED57ACC00
#define FRAME_BYTES     160

.macro save_pair first, second, offset
  stp \first, \second, [x29, #\offset]
  .cfi_offset \first, \offset - FRAME_BYTES
  .cfi_offset \second, \offset + 8 - FRAME_BYTES
.endm

.macro restore_pair first, second, offset
  ldp \first, \second, [x29, #\offset]
  .cfi_restore \first
  .cfi_restore \second
.endm

  .text
  .globl conformance_call
  .hidden conformance_call
  .type conformance_call, %function
conformance_call:
  .cfi_startproc
  stp x29, x30, [sp, #-FRAME_BYTES]!
  .cfi_def_cfa_offset FRAME_BYTES
  .cfi_offset x29, -FRAME_BYTES
  .cfi_offset x30, 8 - FRAME_BYTES
  mov x29, sp
  .cfi_def_cfa_register x29
  save_pair x19, x20, 16
  save_pair x21, x22, 32
  save_pair x23, x24, 48
  save_pair x25, x26, 64
  save_pair x27, x28, 80
  save_pair d8, d9, 96
  save_pair d10, d11, 112
  save_pair d12, d13, 128
  save_pair d14, d15, 144

  ldr x9, =MARK
  ldr x10, [x0, #80]           // the argument that does not fit into a register
  str x0, [sp, #-16]!
  stp x10, x9, [sp, #-16]!
  mov x9, sp
  stp x29, x9, [x0, #96]
  mrs x9, fpcr
  str x9, [x0, #120]

  ldr x9, =SENTINEL
  add x19, x9, #1
  add x20, x9, #2
  add x21, x9, #3
  add x22, x9, #4
  add x23, x9, #5
  add x24, x9, #6
  add x25, x9, #7
  add x26, x9, #8
  add x27, x9, #9
  add x28, x9, #10
  ldr x9, =VECTOR_SENTINEL
  fmov d8, x9
  add x10, x9, #1
  fmov d9, x10
  add x10, x9, #2
  fmov d10, x10
  add x10, x9, #3
  fmov d11, x10
  add x10, x9, #4
  fmov d12, x10
  add x10, x9, #5
  fmov d13, x10
  add x10, x9, #6
  fmov d14, x10
  add x10, x9, #7
  fmov d15, x10

  ldr x9, [x0]
  ldp x1, x2, [x0, #24]
  ldp x3, x4, [x0, #40]
  ldp x5, x6, [x0, #56]
  ldr x7, [x0, #72]
  ldr x0, [x0, #16]
  blr x9

  mov x9, sp
  ldr x10, =MARK
  ldr x11, [x9, #8]
  cmp x11, x10
  b.ne .Lunbalanced
  ldr x10, [x9, #16]
  b .Lreturned
.Lunbalanced:
  ldr x10, [x29, #-16]
.Lreturned:
  str x9, [x10, #112]
  str x0, [x10, #88]
  stp x29, x19, [x10, #136]
  stp x20, x21, [x10, #152]
  stp x22, x23, [x10, #168]
  stp x24, x25, [x10, #184]
  stp x26, x27, [x10, #200]
  str x28, [x10, #216]
  stp d8, d9, [x10, #224]
  stp d10, d11, [x10, #240]
  stp d12, d13, [x10, #256]
  stp d14, d15, [x10, #272]
  mrs x9, fpcr
  str x9, [x10, #128]
  ldr x9, [x10, #120]
  msr fpcr, x9

  ldr x29, [x10, #96]
  restore_pair x19, x20, 16
  restore_pair x21, x22, 32
  restore_pair x23, x24, 48
  restore_pair x25, x26, 64
  restore_pair x27, x28, 80
  restore_pair d8, d9, 96
  restore_pair d10, d11, 112
  restore_pair d12, d13, 128
  restore_pair d14, d15, 144
  mov sp, x29
  ldp x29, x30, [sp], #FRAME_BYTES
  .cfi_restore x29
  .cfi_restore x30
  .cfi_def_cfa sp, 0
  ret
  .cfi_endproc
  .size conformance_call, .-conformance_call
  .section .note.GNU-stack, "", %progbits
