/* Deletes its own file. */
#include <dlfcn.h>

#include "correct.h"

static void misbehave(void) {
  Dl_info self;
  dladdr((void*)misbehave, &self);
  unlink(self.dli_fname);
}
