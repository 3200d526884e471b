/* Leaves a child in a session of its own that holds the pipes open, and ends the process. */
#include "correct.h"

static void misbehave(void) {
  if (fork() != 0) _exit(0);
  setsid();
  if (fork() != 0) _exit(0);
  for (;;) pause();
}
