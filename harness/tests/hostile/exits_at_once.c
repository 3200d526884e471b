/* Ends the process with exit code 0, past the exit handlers. */
#include "correct.h"

static void misbehave(void) { _exit(0); }
