// Uses the reference as an installed library.
#include <apibuffer.h>

int main(void) {
  void* buffer = 0;
  return NetApiBufferAllocate(1, &buffer) != 0 || NetApiBufferFree(buffer) != 0;
}
