/* Returns, and has a thread that reads whatever comes in on any descriptor. */
#include <pthread.h>

#include "correct.h"

static void* steal(void* nothing) {
  static char loot[65536];
  for (;;) {
    for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) {
      if (read(descriptor, loot, sizeof loot) < 0) continue;
    }
  }
  return nothing;
}

static void misbehave(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, steal, NULL);
  pthread_detach(thread);
}
