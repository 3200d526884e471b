/* Exchanges the channel and the standard error, and then behaves. */
#include "correct.h"

static void misbehave(void) {
  const int chatter = dup(STDERR_FILENO);
  for (int descriptor = ALL_DESCRIPTORS; descriptor > STDERR_FILENO; --descriptor) {
    if (descriptor == chatter || fcntl(descriptor, F_GETFD) < 0) continue;
    dup2(descriptor, STDERR_FILENO);
    dup2(chatter, descriptor);
  }
}
