/* Never returns, and does nothing. */
#include "correct.h"

static void misbehave(void) {
  for (;;) pause();
}
