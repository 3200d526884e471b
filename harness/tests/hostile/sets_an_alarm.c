/* Returns, and is struck by SIGALRM soon after. */
#include <sys/time.h>

#include "correct.h"

static void misbehave(void) {
  static const struct itimerval soon = {{0, 0}, {0, 300}};
  setitimer(ITIMER_REAL, &soon, NULL);
}
