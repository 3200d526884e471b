/* Writes to every descriptor without end. */
#include "correct.h"

static void misbehave(void) {
  static char rubbish[65536];
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) {
      if (write(descriptor, rubbish, sizeof rubbish) < 0) continue;
    }
  }
}
