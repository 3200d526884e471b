/* Overwrites the heap around blocks of its own, and uses it. */
#include "correct.h"

static void misbehave(void) {
  for (int i = 0; i < 64; ++i) {
    char* volatile block = (char*)malloc(24);
    memset(block - 16, 0x41, 4096);
    free(block);
  }
}
