/* Ignores every signal that can be ignored, and never returns. */
#include "correct.h"

static void misbehave(void) {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_IGN);
  for (;;) pause();
}
