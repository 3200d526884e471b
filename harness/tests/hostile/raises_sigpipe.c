/* Sends itself SIGPIPE. */
#include "correct.h"

static void misbehave(void) { raise(SIGPIPE); }
