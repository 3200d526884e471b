/* Becomes another program that does nothing and succeeds. */
#include "correct.h"

static void misbehave(void) { execl("/bin/true", "true", (char*)NULL); }
