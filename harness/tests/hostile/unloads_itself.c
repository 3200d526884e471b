/* Unloads itself from the process, in mid-call. */
#include "correct.h"  // first: it defines _GNU_SOURCE

#include <dlfcn.h>

static void misbehave(void) {
  Dl_info self;
  dladdr((void*)misbehave, &self);
  void* const library = dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  for (int references = 0; references < 2; ++references) dlclose(library);
}
