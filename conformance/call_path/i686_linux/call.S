// void conformance_call(CallRecord* record): System V, i686; the caller pops.
//
// The callee left the stack balanced exactly if the mark is above all arguments afterwards. All nine arguments are passed,
// needed or not, so that the mark's place is known without the record.

#include "call_path/x86/i686_frame.inc"
#include "call_path/x86/x87_stack.inc"

  .text
  .globl conformance_call
  .hidden conformance_call
  .type conformance_call, @function
conformance_call:
  enter_frame $9
  push_arguments
  movl %esp, 52(%edx)
  call_function mark=36
  examine_x87_stack 96(%ecx), 72(%ecx)
  leave_frame
  .size conformance_call, .-conformance_call
  .section .note.GNU-stack, "", @progbits
