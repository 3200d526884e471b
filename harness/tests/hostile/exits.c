/* Ends the process with exit code 0, through the exit handlers. */
#include "correct.h"

static void misbehave(void) { exit(0); }
