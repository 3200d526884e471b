// void conformance_call(CallRecord* record): Windows, i686; the callee pops (__stdcall).
//
// The callee left the stack balanced exactly if the stack pointer is at the mark afterwards. So only the arguments that the
// function has are passed.

#include "call_path/x86/i686_frame.inc"

  .text
  .globl _conformance_call
_conformance_call:
  enter_frame 4(%edx)
  movl %esp, 52(%edx)
  push_arguments
  call_function mark=0
  leave_frame
