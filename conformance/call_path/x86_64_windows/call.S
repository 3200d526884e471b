// void conformance_call(CallRecord* record): Windows, x86_64.
//
// As that of x86_64_linux, with the 32 bytes of home space that the callee owns below the mark, and with the unwind
// information without which an exception inside the callee could not reach its handler.

#define SENTINEL 0x5EA15EA15EA15E00
#define VECTOR_SENTINEL 0x7EC707EC707EC700
#define MARK     0x0BA1A9CED57ACC00

  .text
  .globl conformance_call
  .def conformance_call; .scl 2; .type 32; .endef
  .seh_proc conformance_call
conformance_call:
  pushq %rbp
  .seh_pushreg %rbp
  pushq %rbx
  .seh_pushreg %rbx
  pushq %rdi
  .seh_pushreg %rdi
  pushq %rsi
  .seh_pushreg %rsi
  pushq %r12
  .seh_pushreg %r12
  pushq %r13
  .seh_pushreg %r13
  pushq %r14
  .seh_pushreg %r14
  pushq %r15
  .seh_pushreg %r15
  subq $248, %rsp              // 160 for xmm6 to xmm15, 8 record, 8 mark, 40 arguments, 32 home space
  .seh_stackalloc 248
  movq %rsp, %rbp
  .seh_setframe %rbp, 0
  movups %xmm6, 88(%rsp)
  movups %xmm7, 104(%rsp)
  movups %xmm8, 120(%rsp)
  movups %xmm9, 136(%rsp)
  movups %xmm10, 152(%rsp)
  movups %xmm11, 168(%rsp)
  movups %xmm12, 184(%rsp)
  movups %xmm13, 200(%rsp)
  movups %xmm14, 216(%rsp)
  movups %xmm15, 232(%rsp)
  .seh_endprologue
  movq %rcx, 80(%rsp)
  movabsq $MARK, %rax
  movq %rax, 72(%rsp)
  .irp offset, 48, 56, 64, 72, 80
  movq \offset(%rcx), %rax
  movq %rax, (\offset - 16)(%rsp)
  .endr

  movq %rbp, 96(%rcx)
  movq %rsp, 104(%rcx)
  stmxcsr 128(%rcx)
  fnstcw 144(%rcx)

  .macro load_vector number
  movabsq $(VECTOR_SENTINEL + \number - 6), %rax
  movq %rax, %xmm\number
  punpcklqdq %xmm\number, %xmm\number
  .endm
  .irp number, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  load_vector \number
  .endr
  movabsq $(SENTINEL + 1), %rbx
  movabsq $(SENTINEL + 2), %rdi
  movabsq $(SENTINEL + 3), %rsi
  movabsq $(SENTINEL + 4), %r12
  movabsq $(SENTINEL + 5), %r13
  movabsq $(SENTINEL + 6), %r14
  movabsq $(SENTINEL + 7), %r15
  movq (%rcx), %rax
  movq 24(%rcx), %rdx
  movq 32(%rcx), %r8
  movq 40(%rcx), %r9
  movq 16(%rcx), %rcx
  call *%rax

  movabsq $MARK, %r10
  cmpq %r10, 72(%rsp)
  jne .Lunbalanced
  movq 80(%rsp), %r11
  jmp .Lreturned
.Lunbalanced:
  movq 80(%rbp), %r11
.Lreturned:
  movq %rsp, 112(%r11)
  movq %rax, 88(%r11)
  movq %rbp, 160(%r11)
  movq %rbx, 168(%r11)
  movq %rdi, 176(%r11)
  movq %rsi, 184(%r11)
  movq %r12, 192(%r11)
  movq %r13, 200(%r11)
  movq %r14, 208(%r11)
  movq %r15, 216(%r11)
  movups %xmm6, 224(%r11)
  movups %xmm7, 240(%r11)
  movups %xmm8, 256(%r11)
  movups %xmm9, 272(%r11)
  movups %xmm10, 288(%r11)
  movups %xmm11, 304(%r11)
  movups %xmm12, 320(%r11)
  movups %xmm13, 336(%r11)
  movups %xmm14, 352(%r11)
  movups %xmm15, 368(%r11)
  stmxcsr 136(%r11)
  fnstcw 152(%r11)
  movq 96(%r11), %rbp
  movq %rbp, %rsp
  pushfq
  popq 120(%r11)
  cld
  ldmxcsr 128(%r11)
  fldcw 144(%r11)

  movups 88(%rsp), %xmm6
  movups 104(%rsp), %xmm7
  movups 120(%rsp), %xmm8
  movups 136(%rsp), %xmm9
  movups 152(%rsp), %xmm10
  movups 168(%rsp), %xmm11
  movups 184(%rsp), %xmm12
  movups 200(%rsp), %xmm13
  movups 216(%rsp), %xmm14
  movups 232(%rsp), %xmm15
  leaq 248(%rbp), %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rsi
  popq %rdi
  popq %rbx
  popq %rbp
  ret
  .seh_endproc
