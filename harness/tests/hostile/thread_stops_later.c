/* Returns, and has a thread that stops the process soon after: it is never a call that hangs. */
#include <pthread.h>

#include "correct.h"

static void* stop(void* nothing) {
  usleep(300);
  raise(SIGSTOP);
  return nothing;
}

static void misbehave(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, stop, NULL);
  pthread_detach(thread);
}
