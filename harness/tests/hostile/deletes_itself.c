/* Deletes its own file. */
#include "correct.h"
#include <dlfcn.h>

static void misbehave(void) {
  Dl_info self;
  dladdr((void*)misbehave, &self);
  unlink(self.dli_fname);
}
