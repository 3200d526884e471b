/* Changes the folder, the environment, the umask and the priority of the process. */
#include <sys/resource.h>
#include <sys/stat.h>

#include "correct.h"

static void misbehave(void) {
  if (chdir("/") != 0) abort();
  clearenv();
  umask(0777);
  setpriority(PRIO_PROCESS, 0, 19);
}
