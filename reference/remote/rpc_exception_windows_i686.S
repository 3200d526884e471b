# std::uint32_t apibuf_call_and_catch(void (*function)(void*), void* argument)
  .text
  .globl _apibuf_call_and_catch
_apibuf_call_and_catch:
  pushl %ebp
  pushl %ebx
  pushl %esi
  pushl %edi
  pushl $_apibuf_handle_exception
  pushl %fs:0
  movl %esp, %fs:0                # the two words on the stack are the thread's innermost exception handler
  pushl 32(%esp)
  calll *32(%esp)
  addl $4, %esp
  xorl %eax, %eax
end:
  popl %fs:0
  addl $4, %esp
  popl %edi
  popl %esi
  popl %ebx
  popl %ebp
  retl

# [[noreturn]] void apibuf_return_status(void* frame, std::uint32_t status)
  .globl _apibuf_return_status
_apibuf_return_status:
  movl 8(%esp), %eax
  movl 4(%esp), %esp              # the frame is where the two words lie
  jmp end
