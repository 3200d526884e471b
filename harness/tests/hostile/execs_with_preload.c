/* Starts its own program anew, with itself preloaded and the descriptors kept. */
#include "correct.h"  // first: it defines _GNU_SOURCE

#include <dlfcn.h>

static void misbehave(void) {
  static char arguments[4096];
  char* vector[16] = {0};
  const int file = open("/proc/self/cmdline", O_RDONLY);
  const ssize_t bytes = read(file, arguments, sizeof arguments - 1);
  int count = 0;
  for (char* text = arguments; text < arguments + bytes && count < 15; text += strlen(text) + 1) vector[count++] = text;
  if (getenv("LD_PRELOAD") != NULL) return;
  Dl_info self;
  dladdr((void*)misbehave, &self);
  setenv("LD_PRELOAD", self.dli_fname, 1);
  for (int descriptor = 0; descriptor < ALL_DESCRIPTORS; ++descriptor) fcntl(descriptor, F_SETFD, 0);
  execv("/proc/self/exe", vector);
}
