// void conformance_call(CallRecord* record): i686; the callee pops on Windows (__stdcall), the caller elsewhere (C).
//
// The mark and the record's address lie above the arguments. The callee left the stack balanced exactly if the mark is
// where the convention puts it afterwards; only where it is not is the frame pointer trusted instead. Where the caller
// pops, all three arguments are passed, needed or not, so that the mark's place is known without the record.

#define SENTINEL 0x5EA15E00
#define MARK     0x0BA1A9CE

#ifdef _WIN32
#define NAME _conformance_call
#define CALLEE_POPS 1
#define MARK_AFTER 0
#else
#define NAME conformance_call
#define CALLEE_POPS 0
#define MARK_AFTER 12
#endif

  .text
  .globl NAME
#ifdef __ELF__
  .hidden NAME
  .type NAME, @function
#endif
NAME:
  pushl %ebp
  movl %esp, %ebp
  pushl %ebx
  pushl %esi
  pushl %edi
  movl 8(%ebp), %edx
  andl $-16, %esp              // mark, record and up to three arguments follow; the call finds 16-byte alignment
#if CALLEE_POPS
  movl 4(%edx), %ecx
#else
  movl $3, %ecx
#endif
  leal (,%ecx,4), %eax
  negl %eax
  leal -8(%esp,%eax), %eax
  andl $-16, %eax              // where the stack pointer is at the call
  leal 8(%eax,%ecx,4), %esp
  pushl %edx
  pushl $MARK

  movl %ebp, 24(%edx)
  stmxcsr 40(%edx)
  fnstcw 48(%edx)
#if CALLEE_POPS
  movl %esp, 28(%edx)
#endif
.Lpush:
  testl %ecx, %ecx
  jz .Lpushed
  pushl 4(%edx,%ecx,4)
  decl %ecx
  jmp .Lpush
.Lpushed:
#if !CALLEE_POPS
  movl %esp, 28(%edx)
#endif
  movl $(SENTINEL + 1), %ebx
  movl $(SENTINEL + 2), %esi
  movl $(SENTINEL + 3), %edi
  call *(%edx)

  cmpl $MARK, MARK_AFTER(%esp)
  jne .Lunbalanced
  movl (MARK_AFTER + 4)(%esp), %ecx
  jmp .Lreturned
.Lunbalanced:
  movl 8(%ebp), %ecx
.Lreturned:
  movl %esp, 32(%ecx)
  movl %eax, 20(%ecx)
  movl %ebp, 56(%ecx)
  movl %ebx, 60(%ecx)
  movl %esi, 64(%ecx)
  movl %edi, 68(%ecx)
  stmxcsr 44(%ecx)
  fnstcw 52(%ecx)
  movl 24(%ecx), %ebp
  movl 28(%ecx), %esp
  pushfl
  popl 36(%ecx)
  cld
  ldmxcsr 40(%ecx)
  fldcw 48(%ecx)

  leal -12(%ebp), %esp
  popl %edi
  popl %esi
  popl %ebx
  popl %ebp
  ret
#ifdef __ELF__
  .size NAME, .-NAME
  .section .note.GNU-stack, "", @progbits
#endif
