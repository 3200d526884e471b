#include "worker/evidence.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <unordered_map>

#include "worker/embedded.hpp"

namespace conformance {
namespace {

using Json = nlohmann::ordered_json;

// From the best known to the least.
constexpr const char* levels[] = {"documented", "annotated", "windows", "inferred", "unknown"};

std::size_t rank_of_level(const std::string& level) {
  const auto* const found = std::find(std::begin(levels), std::end(levels), level);
  if (found == std::end(levels)) throw std::invalid_argument("no evidence is called " + level);
  return static_cast<std::size_t>(found - std::begin(levels));
}

using Ranks = std::unordered_map<std::string, std::size_t>;  // by requirement

const Ranks& ranks() {
  static const Ranks all = [] {
    Ranks result;
    for (const Json& requirement : requirements()) {
      result[requirement.at("id")] = rank_of_level(requirement.at("evidence"));
    }
    return result;
  }();
  return all;
}

}  // namespace

const Json& requirements() {
  static const Json all = Json::parse(requirements_text).at("requirements");
  return all;
}

std::size_t evidence_rank(const std::string& requirement) {
  const auto found = ranks().find(requirement);
  if (found == ranks().end()) throw std::invalid_argument("no requirement is called " + requirement);
  return found->second;
}

const char* evidence_level(std::size_t rank) { return levels[rank]; }

}  // namespace conformance
