// Runs one vector (vectors/README.md) against an implementation.
#pragma once

#include <vector>

#include "worker/case_run.hpp"
#include "worker/implementation.hpp"
#include "worker/step.hpp"

namespace conformance {

// Runs all steps, of which the requirements are `requirements`; leaves by CaseStopped at the first one whose expectation
// is not met.
void execute_vector(const std::vector<Step>& steps, const std::vector<const char*>& requirements, CaseRun& run,
                    Subject& subject);

}  // namespace conformance
