/* Ends the calling thread. */
#include <pthread.h>

#include "correct.h"

static void misbehave(void) { pthread_exit(NULL); }
