/* Deletes its own file. */
#include "correct.h"  // first: it defines _GNU_SOURCE

#include <dlfcn.h>

static void misbehave(void) {
  Dl_info self;
  dladdr((void*)misbehave, &self);
  unlink(self.dli_fname);
}
