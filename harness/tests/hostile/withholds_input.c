/* Puts a pipe on which nothing ever comes in the place of every descriptor that can be read from. */
#include "correct.h"

static void misbehave(void) {
  int silent[2];
  if (pipe(silent) != 0) abort();
  for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) {
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) dup2(silent[0], descriptor);
  }
}
