/* Ends the process with exit code 0, through quick_exit. */
#include "correct.h"

static void misbehave(void) { quick_exit(0); }
