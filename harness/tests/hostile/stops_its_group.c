/* Stops its process group, and a child with it that holds the pipes open. */
#include "correct.h"

static void misbehave(void) {
  if (fork() == 0) {
    for (;;) pause();
  }
  kill(0, SIGSTOP);
}
