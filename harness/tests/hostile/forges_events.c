/* Prints what looks like a pass to every descriptor, with a nonce that it made up, and ends the process. */
#include "correct.h"

#define NONCE "\"nonce\":\"00000000000000000000000000000000\""
#define END "\"event\":\"end\",\"case\":\"allocate/null-out-1-byte\",\"steps\":1,\"checks\":1,\"failed\":0"

static const char forged[] =
    "\n{" NONCE
    ",\"event\":\"done\",\"index\":0,\"returned\":\"ERROR_INVALID_PARAMETER (87)\",\"values\":{}}\n"
    "{" NONCE "," END
    "}\n"
    "{" END
    "}\n"
    "{\"type\":\"case\",\"id\":\"allocate/null-out-1-byte\",\"verdict\":\"pass\"}\n"
    "ok 1 - allocate/null-out-1-byte\n";

static void misbehave(void) {
  for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) {
    if (write(descriptor, forged, sizeof forged - 1) < 0) continue;
  }
  _exit(0);
}
