// void conformance_call(CallRecord* record): System V, i686; the caller pops.
//
// The mark and the record's address lie above the arguments. The callee left the stack balanced exactly if the mark is
// above all arguments afterwards; only where it is not is the frame pointer trusted instead. All nine arguments are passed,
// needed or not, so that the mark's place is known without the record.

#include "call_path/x86/x87_stack.inc"

#define SENTINEL 0x5EA15E00
#define MARK     0x0BA1A9CE

  .text
  .globl conformance_call
  .hidden conformance_call
  .type conformance_call, @function
conformance_call:
  pushl %ebp
  movl %esp, %ebp
  pushl %ebx
  pushl %esi
  pushl %edi
  movl 8(%ebp), %edx
  andl $-16, %esp              // mark, record and the arguments follow; the call finds 16-byte alignment
  movl $9, %ecx
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
.Lpush:
  testl %ecx, %ecx
  jz .Lpushed
  pushl 4(%edx,%ecx,4)
  decl %ecx
  jmp .Lpush
.Lpushed:
  movl %esp, 52(%edx)
  movl $(SENTINEL + 1), %ebx
  movl $(SENTINEL + 2), %esi
  movl $(SENTINEL + 3), %edi
  call *(%edx)

  cmpl $MARK, 36(%esp)
  jne .Lunbalanced
  movl 40(%esp), %ecx
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
  examine_x87_stack 96(%ecx), 72(%ecx)

  leal -12(%ebp), %esp
  popl %edi
  popl %esi
  popl %ebx
  popl %ebp
  ret
  .size conformance_call, .-conformance_call
  .section .note.GNU-stack, "", @progbits
