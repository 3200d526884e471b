/* Leaves the memory eating to a child that is no descendant of its process any more, and waits. */
#include "correct.h"

#define BLOCK_BYTES (1u << 20)

static void misbehave(void) {
  if (fork() == 0) {
    if (fork() != 0) _exit(0);
    for (int blocks = 0; blocks < 2048; ++blocks) memset(malloc(BLOCK_BYTES), 1, BLOCK_BYTES);
    for (;;) pause();
  }
  for (;;) pause();
}
