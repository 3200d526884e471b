// RIGHT: Reallocate and Free use half a MiB of stack.
#include "correct.hpp"

struct Right : Correct<Right> {
  static void use_stack() {
    volatile char stack[512 << 10];
    for (std::size_t i = sizeof stack; i > 0; i -= 1024) stack[i - 1] = 0;
  }

  static Status free(void* buffer) {
    use_stack();
    return Correct::free(buffer);
  }

  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    use_stack();
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Right)
