/* Forks and returns in both processes, which then both play the case. */
#include "correct.h"

static void misbehave(void) {
  if (fork() < 0) abort();
}
