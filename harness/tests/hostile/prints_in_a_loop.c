/* Never returns, and prints a line every fraction of a millisecond. */
#include "correct.h"

static void misbehave(void) {
  for (;;) {
    for (volatile int i = 0; i < 100000; ++i) {
    }
    dprintf(2, "still waiting for the lock\n");
  }
}
