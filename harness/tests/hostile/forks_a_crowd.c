/* Forks until there are 64 processes, which all stay, each in a session of its own. */
#include "correct.h"

static void misbehave(void) {
  for (int generation = 0; generation < 6; ++generation) {
    if (fork() == 0) setsid();
  }
  for (;;) pause();
}
