// Plays one vector (vectors/README.md) against an implementation.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "worker/catalogue.hpp"

namespace conformance {

// Plays all steps; leaves by CaseStopped at the first one whose expectation is not met. Throws other std::exceptions
// where the definition is no vector.
void play_vector(const nlohmann::ordered_json& definition, CaseRun& run, Subject& subject);

// A step as a reader would write it: "NetApiBufferSize(Buffer=a, ByteCount=&n)".
std::string step_text(const nlohmann::ordered_json& step);

// The functions of the implementation's own library that the steps call, each once, in the order of their first call.
std::vector<std::string> called_functions(const nlohmann::ordered_json& definition);

}  // namespace conformance
