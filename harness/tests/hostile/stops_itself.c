/* Stops its own process. */
#include "correct.h"

static void misbehave(void) { raise(SIGSTOP); }
