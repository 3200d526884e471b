/* Returns, and has a thread that crashes soon after. */
#include <pthread.h>

#include "correct.h"

static void* crash(void* nothing) {
  usleep(300);
  *(volatile int*)NULL = 0;
  return nothing;
}

static void misbehave(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, crash, NULL);
  pthread_detach(thread);
}
