// What the steps of a vector rely on.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace conformance {

// Of each step the requirement that it tests or takes for granted, by the rule of reliance.hpp.
std::vector<const char*> requirements_of_steps(const nlohmann::ordered_json& definition);

// Whether the step judges more than a guard of the call path does.
bool is_judging(const nlohmann::ordered_json& step);

// Whether an error of the call ends the case as unsupported.
bool may_fail(const nlohmann::ordered_json& step);

// What the case relies on beside its own requirements, each once, in the order of its steps.
std::vector<std::string> relied_on(const nlohmann::ordered_json& definition);

}  // namespace conformance
