// What the steps of a vector rely on.
#pragma once

#include <string>
#include <vector>

#include "worker/step.hpp"

namespace conformance {

// Of each step the requirement that it tests or takes for granted, by the rule of reliance.hpp.
std::vector<const char*> requirements_of_steps(const std::vector<Step>& steps);

// What the case relies on beside its own requirements, each once, in the order of its steps, whose requirements are
// `of_steps`.
std::vector<std::string> relied_on(const std::vector<std::string>& own, const std::vector<Step>& steps,
                                   const std::vector<const char*>& of_steps);

}  // namespace conformance
