/* Turns every descriptor to where nobody reads, and then behaves. */
#include "correct.h"

static void misbehave(void) {
  const int nowhere = open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) dup2(nowhere, descriptor);
}
