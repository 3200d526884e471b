/* Calls itself until the stack is used up. */
#include "correct.h"

static int sink;

static __attribute__((noinline)) int descend(volatile char* above) {
  volatile char block[4096];
  block[0] = above[0];
  return descend(block) + block[0];
}

static void misbehave(void) {
  volatile char start = 0;
  sink = descend(&start);
}
