/* Aborts the process. */
#include "correct.h"

static void misbehave(void) { abort(); }
