// How well each requirement is known: the levels of vectors/README.md.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace conformance {

// All of them, as in vectors/requirements.json.
const nlohmann::ordered_json& requirements();

// The level of a requirement as a number: 0 for what is known best. Throws std::invalid_argument where there is no such
// requirement.
std::size_t evidence_rank(const std::string& requirement);

// The name of a level: "documented" is 0.
const char* evidence_level(std::size_t rank);

}  // namespace conformance
