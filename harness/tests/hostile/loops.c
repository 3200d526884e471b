/* Never returns, and keeps the processor busy. */
#include "correct.h"

static void misbehave(void) {
  for (volatile int i = 0;; ++i) {
  }
}
