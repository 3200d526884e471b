#include <algorithm>

#include "worker/platform.hpp"

// An exception that comes this far ends the process, and whoever started it sees how.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argument_count, char** arguments) {
  return conformance::worker_main({arguments + std::min(argument_count, 1), arguments + argument_count});
}
