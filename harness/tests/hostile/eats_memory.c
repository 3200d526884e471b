/* Takes memory without end, as fast as it can be touched. */
#include "correct.h"

#define BLOCK_BYTES (64u << 20)

static void misbehave(void) {
  for (;;) memset(malloc(BLOCK_BYTES), 1, BLOCK_BYTES);
}
