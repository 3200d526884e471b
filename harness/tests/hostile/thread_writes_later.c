/* Returns, and has a thread that overwrites the heap soon after. */
#include <pthread.h>

#include "correct.h"

static void* overwrite(void* start) {
  usleep(300);
  for (volatile char* byte = (volatile char*)start;; ++byte) *byte = 0x41;
  return start;
}

static void misbehave(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, overwrite, malloc(64));
  pthread_detach(thread);
}
