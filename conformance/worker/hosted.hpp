// The worker with a host: the protocol of PROTOCOL.md.
#pragma once

#include "worker/catalogue.hpp"
#include "worker/options.hpp"

namespace conformance {

// Talks to the host until there is nothing more to run, and returns the exit code.
int run_for_host(const Options& options, Catalogue& catalogue);

}  // namespace conformance
