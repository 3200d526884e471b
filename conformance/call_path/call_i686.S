// void conformance_call(CallRecord* record): i686; the callee pops on Windows (__stdcall), the caller elsewhere (C).
//
// The mark and the record's address lie above the arguments. The callee left the stack balanced exactly if the mark is
// where the convention puts it afterwards; only where it is not is the frame pointer trusted instead. Where the caller
// pops, all nine arguments are passed, needed or not, so that the mark's place is known without the record.

#include "x87_stack.inc"

#define SENTINEL 0x5EA15E00
#define MARK     0x0BA1A9CE

#ifdef _WIN32
#define NAME _conformance_call
#define CALLEE_POPS 1
#define MARK_AFTER 0
#else
#define NAME conformance_call
#define CALLEE_POPS 0
#define MARK_AFTER 36
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
  andl $-16, %esp              // mark, record and the arguments follow; the call finds 16-byte alignment
#if CALLEE_POPS
  movl 4(%edx), %ecx
#else
  movl $9, %ecx
#endif
  leal (,%ecx,4), %eax
  negl %eax
  leal -8(%esp,%eax), %eax
  andl $-16, %eax              // where the stack pointer is at the call
  leal 8(%eax,%ecx,4), %esp
  pushl %edx
  pushl $MARK

  movl %ebp, 48(%edx)
  stmxcsr 64(%edx)
  fnstcw 72(%edx)
#if CALLEE_POPS
  movl %esp, 52(%edx)
#endif
.Lpush:
  testl %ecx, %ecx
  jz .Lpushed
  pushl 4(%edx,%ecx,4)
  decl %ecx
  jmp .Lpush
.Lpushed:
#if !CALLEE_POPS
  movl %esp, 52(%edx)
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
  movl %esp, 56(%ecx)
  movl %eax, 44(%ecx)
  movl %ebp, 80(%ecx)
  movl %ebx, 84(%ecx)
  movl %esi, 88(%ecx)
  movl %edi, 92(%ecx)
  stmxcsr 68(%ecx)
  fnstcw 76(%ecx)
  movl 48(%ecx), %ebp
  movl 52(%ecx), %esp
  pushfl
  popl 60(%ecx)
  cld
  ldmxcsr 64(%ecx)
  fldcw 72(%ecx)
#if !CALLEE_POPS
  examine_x87_stack 272(%ecx), 72(%ecx)
#endif

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
