// void conformance_call(CallRecord* record): Windows, x86_64.
//
// As call_x86_64_linux.S, with the 32 bytes of home space that the callee owns below the mark, and with the unwind
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
  subq $216, %rsp              // 160 for xmm6 to xmm15, 8 record, 8 mark, 32 home space, 8 to align
  .seh_stackalloc 216
  movq %rsp, %rbp
  .seh_setframe %rbp, 0
  movups %xmm6, 48(%rsp)
  movups %xmm7, 64(%rsp)
  movups %xmm8, 80(%rsp)
  movups %xmm9, 96(%rsp)
  movups %xmm10, 112(%rsp)
  movups %xmm11, 128(%rsp)
  movups %xmm12, 144(%rsp)
  movups %xmm13, 160(%rsp)
  movups %xmm14, 176(%rsp)
  movups %xmm15, 192(%rsp)
  .seh_endprologue
  movq %rcx, 40(%rsp)
  movabsq $MARK, %rax
  movq %rax, 32(%rsp)

  movq %rbp, 48(%rcx)
  movq %rsp, 56(%rcx)
  stmxcsr 80(%rcx)
  fnstcw 96(%rcx)

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
  movq 16(%rcx), %rcx
  call *%rax

  movabsq $MARK, %r10
  cmpq %r10, 32(%rsp)
  jne .Lunbalanced
  movq 40(%rsp), %r11
  jmp .Lreturned
.Lunbalanced:
  movq 40(%rbp), %r11
.Lreturned:
  movq %rsp, 64(%r11)
  movq %rax, 40(%r11)
  movq %rbp, 112(%r11)
  movq %rbx, 120(%r11)
  movq %rdi, 128(%r11)
  movq %rsi, 136(%r11)
  movq %r12, 144(%r11)
  movq %r13, 152(%r11)
  movq %r14, 160(%r11)
  movq %r15, 168(%r11)
  movups %xmm6, 176(%r11)
  movups %xmm7, 192(%r11)
  movups %xmm8, 208(%r11)
  movups %xmm9, 224(%r11)
  movups %xmm10, 240(%r11)
  movups %xmm11, 256(%r11)
  movups %xmm12, 272(%r11)
  movups %xmm13, 288(%r11)
  movups %xmm14, 304(%r11)
  movups %xmm15, 320(%r11)
  stmxcsr 88(%r11)
  fnstcw 104(%r11)
  movq 48(%r11), %rbp
  movq %rbp, %rsp
  pushfq
  popq 72(%r11)
  cld
  ldmxcsr 80(%r11)
  fldcw 96(%r11)

  movups 48(%rsp), %xmm6
  movups 64(%rsp), %xmm7
  movups 80(%rsp), %xmm8
  movups 96(%rsp), %xmm9
  movups 112(%rsp), %xmm10
  movups 128(%rsp), %xmm11
  movups 144(%rsp), %xmm12
  movups 160(%rsp), %xmm13
  movups 176(%rsp), %xmm14
  movups 192(%rsp), %xmm15
  leaq 216(%rbp), %rsp
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
