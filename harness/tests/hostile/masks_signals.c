/* Blocks every signal, and replaces the handlers of those that tell of a crash. */
#include "correct.h"

static void misbehave(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_IGN);
}
