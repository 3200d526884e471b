/* Forbids the process to open files, to write to them, and to use more than a second of processor time. */
#include <sys/resource.h>

#include "correct.h"

static void misbehave(void) {
  static const struct rlimit none = {0, 0};
  static const struct rlimit one_second = {1, 1};
  setrlimit(RLIMIT_NOFILE, &none);
  setrlimit(RLIMIT_FSIZE, &none);
  setrlimit(RLIMIT_CPU, &one_second);
}
