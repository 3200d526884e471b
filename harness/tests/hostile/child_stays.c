/* Returns, and leaves a child in a session of its own that holds the pipes open. */
#include "correct.h"

static void misbehave(void) {
  if (fork() != 0) return;
  setsid();
  if (fork() != 0) _exit(0);
  for (;;) pause();
}
