/* Leaves a child that calls itself wineserver, and ends the process. */
#include <sys/prctl.h>

#include "correct.h"

static void misbehave(void) {
  if (fork() != 0) _exit(0);
  setsid();
  prctl(PR_SET_NAME, "wineserver");
  for (;;) pause();
}
