/* Never returns from its initialization once it was loaded in this folder before. */
#include "correct.h"

__attribute__((constructor)) static void hang_the_second_time(void) {
  if (open("was-loaded", O_CREAT | O_EXCL, 0600) >= 0) return;
  for (;;) pause();
}

static void misbehave(void) {}
