/* Ends the calling thread. */
#include "correct.h"
#include <pthread.h>

static void misbehave(void) { pthread_exit(NULL); }
