/* Prints lines that look like results from an exit handler, and exits. */
#include "correct.h"

static void print(void) {
  for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) {
    dprintf(descriptor, "\n{\"event\":\"end\",\"case\":\"allocate/null-out-1-byte\"}\nok 1\n");
  }
}

static void misbehave(void) {
  atexit(print);
  exit(0);
}
