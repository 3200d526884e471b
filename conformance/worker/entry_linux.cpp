#include <algorithm>

#include "worker/platform.hpp"

int main(int argument_count, char** arguments) {
  return conformance::worker_main({arguments + std::min(argument_count, 1), arguments + argument_count});
}
