/* Leaves a child that is a new process every millisecond, for some ten seconds at most, and ends the process. */
#include "correct.h"

static void misbehave(void) {
  if (fork() != 0) _exit(0);
  setsid();
  for (int hops = 0; hops < 10000; ++hops) {
    if (fork() != 0) _exit(0);
    usleep(1000);
  }
  _exit(0);
}
