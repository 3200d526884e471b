#include <sys/prctl.h>

#include <algorithm>

#include "worker/platform.hpp"

// An exception that comes this far ends the process, and whoever started it sees how.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argument_count, char** arguments) {
  // What the implementation starts stays in this process's tree, even a daemon that leaves its parent: a host ends it with
  // this worker, and not with another one.
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  return conformance::worker_main({arguments + std::min(argument_count, 1), arguments + argument_count});
}
