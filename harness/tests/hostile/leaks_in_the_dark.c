/* Leaks memory, and forbids the process to open the file that tells how much it has. */
#include <sys/resource.h>

#include "correct.h"

static void misbehave(void) {
  static const struct rlimit none = {0, 0};
  void* const leaked = malloc(1000);
  setrlimit(RLIMIT_NOFILE, &none);
  if (leaked != NULL) memset(leaked, 1, 1000);
}
