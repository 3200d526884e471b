# std::uint32_t apibuf_call_and_catch(void (*function)(void*), void* argument)
  .text
  .globl apibuf_call_and_catch
  .globl apibuf_call_and_catch_end
  .seh_proc apibuf_call_and_catch
apibuf_call_and_catch:
  subq $40, %rsp                  # room for the callee's home area, and an aligned stack
  .seh_stackalloc 40
  .seh_handler apibuf_handle_exception, @except
  .seh_endprologue
  movq %rcx, %rax
  movq %rdx, %rcx
  callq *%rax
  xorl %eax, %eax
apibuf_call_and_catch_end:        # the handler has the stack unwound to here, with the status in %eax
  addq $40, %rsp
  retq
  .seh_endproc
