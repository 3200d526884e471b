/* Returns, and is struck by SIGALRM soon after. */
#include "correct.h"
#include <sys/time.h>

static void misbehave(void) {
  static const struct itimerval soon = {{0, 0}, {0, 300}};
  setitimer(ITIMER_REAL, &soon, NULL);
}
