// The worker without a host: doctest selects and orders the cases, and the report is our own.
#pragma once

#include "worker/catalogue.hpp"
#include "worker/options.hpp"

namespace conformance {

// Runs or lists the selected cases, prints the report to the standard output, and returns the exit code. The catalogue
// stays as it is until the process ends.
int run_bare(const Options& options, Catalogue& catalogue);

}  // namespace conformance
