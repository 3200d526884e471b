// void conformance_call(CallRecord* record): System V, x86_64.
//
// At the call a mark and the record's address lie above the arguments on the stack, of which all are passed, needed or
// not, so that the mark's place is known. The callee left the stack balanced exactly if the mark is there afterwards; only
// where it is not is the frame pointer trusted instead.

#include "call_path/x86/x87_stack.inc"

#define SENTINEL 0x5EA15EA15EA15E00
#define MARK     0x0BA1A9CED57ACC00

  .text
  .globl conformance_call
  .hidden conformance_call
  .type conformance_call, @function
conformance_call:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $16, %rsp
  pushq %rdi
  movabsq $MARK, %rax
  pushq %rax
  pushq 80(%rdi)               // the arguments that do not fit into registers
  pushq 72(%rdi)
  pushq 64(%rdi)

  movq %rbp, 96(%rdi)
  movq %rsp, 104(%rdi)
  stmxcsr 128(%rdi)
  fnstcw 144(%rdi)

  movabsq $(SENTINEL + 1), %rbx
  movabsq $(SENTINEL + 2), %r12
  movabsq $(SENTINEL + 3), %r13
  movabsq $(SENTINEL + 4), %r14
  movabsq $(SENTINEL + 5), %r15
  movq (%rdi), %rax
  movq 24(%rdi), %rsi
  movq 32(%rdi), %rdx
  movq 40(%rdi), %rcx
  movq 48(%rdi), %r8
  movq 56(%rdi), %r9
  movq 16(%rdi), %rdi
  call *%rax

  movabsq $MARK, %r10
  cmpq %r10, 24(%rsp)
  jne .Lunbalanced
  movq 32(%rsp), %r11
  jmp .Lreturned
.Lunbalanced:
  movq -64(%rbp), %r11
.Lreturned:
  movq %rsp, 112(%r11)
  movq %rax, 88(%r11)
  movq %rbp, 160(%r11)
  movq %rbx, 168(%r11)
  movq %r12, 176(%r11)
  movq %r13, 184(%r11)
  movq %r14, 192(%r11)
  movq %r15, 200(%r11)
  stmxcsr 136(%r11)
  fnstcw 152(%r11)
  movq 96(%r11), %rbp
  leaq -96(%rbp), %rsp
  pushfq
  popq 120(%r11)
  cld
  ldmxcsr 128(%r11)
  fldcw 144(%r11)
  examine_x87_stack 208(%r11), 144(%r11)

  leaq -40(%rbp), %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  .cfi_def_cfa %rsp, 8
  ret
  .cfi_endproc
  .size conformance_call, .-conformance_call
  .section .note.GNU-stack, "", @progbits
