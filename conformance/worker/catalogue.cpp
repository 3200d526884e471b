#include "worker/catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

#include "worker/connected_world.hpp"
#include "worker/embedded.hpp"
#include "worker/evidence.hpp"
#include "worker/json_text.hpp"
#include "worker/property.hpp"
#include "worker/step_executor.hpp"
#include "worker/step_text.hpp"
#include "worker/vector_reliance.hpp"

namespace conformance {
namespace {

using Json = nlohmann::ordered_json;

// No group has this name.
constexpr std::string_view of_a_file = "";

std::string group_of(const std::string& id) { return id.substr(0, id.find('/')); }

Case case_of(Json definition, const Json& notes) {
  std::vector<Step> steps = parse_steps(definition.at("steps"));
  std::vector<const char*> of_steps = requirements_of_steps(steps);
  std::vector<std::string> requirements = definition.at("requirements");
  std::vector<std::string> relies_on = relied_on(requirements, steps, of_steps);
  Case result = {.id = definition.at("id"),
                 .title = definition.at("title"),
                 .requirements = std::move(requirements),
                 .relies_on = std::move(relies_on),
                 .functions = called_functions(steps),
                 .alone = definition.value("alone", false)};
  for (const Json& key : definition.value("notes", Json::array())) {
    result.notes.push_back(notes.at(key.get<std::string>()));
  }
  result.vector = Vector{std::move(definition), std::move(steps), std::move(of_steps)};
  return result;
}

std::string text_of(const std::string& path) {
  // By way of a path: a narrow name would be in a code page on Windows.
  std::ifstream file(std::filesystem::path(std::u8string(path.begin(), path.end())), std::ios::binary);
  if (!file) throw std::runtime_error("cannot be opened");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

void Case::execute_in(CaseRun& run, Subject& subject) const {
  if (vector) {
    execute_vector(vector->steps, vector->requirements, run, subject);
  } else {
    property(run, subject);
  }
}

Catalogue::Catalogue() {
  for (const Case& property : registered_properties()) add(property);
  for (const EmbeddedVectors& vectors : embedded_vectors) uncut_.emplace(vectors.group, vectors.text);
}

void Catalogue::read_all_groups() {
  for (const EmbeddedVectors& vectors : embedded_vectors) add_vectors(vectors.text);
  // By group, and in each the vectors first.
  std::map<std::pair<std::string, bool>, std::vector<Case>> by_place;
  for (Case& each : cases_) by_place[{group_of(each.id), !each.vector}].push_back(std::move(each));
  cases_.clear();
  for (auto& [place, cases] : by_place) std::move(cases.begin(), cases.end(), std::back_inserter(cases_));
  for (std::size_t i = 0; i < cases_.size(); ++i) index_[cases_[i].id] = i;
}

void Catalogue::add_file(const std::string& path) {
  const std::size_t known = cases_.size();
  add_vectors(text_of(path));
  for (std::size_t i = known; i < cases_.size(); ++i) evidence_of(cases_[i]);
}

void Catalogue::add_file_when_needed(const std::string& path) {
  files_.push_back(text_of(path));
  uncut_.emplace(of_a_file, files_.back());
}

const Case* Catalogue::find(const std::string& id) {
  if (const auto known = index_.find(id); known != index_.end()) return &cases_[known->second];
  if (unparsed_.count(id) == 0) cut(group_of(id));
  if (unparsed_.count(id) == 0) cut(of_a_file);
  const auto found = unparsed_.extract(id);
  if (found.empty()) return nullptr;
  add(case_of(Json::parse(found.mapped().definition), *found.mapped().notes));
  return &cases_.back();
}

void Catalogue::cut(std::string_view group) {
  const auto [first, last] = uncut_.equal_range(group);
  for (auto each = first; each != last; ++each) {
    const std::string_view text = each->second;
    notes_.push_back(Json::parse(json_member(text, "notes")));
    for (const std::string_view definition : json_elements(json_member(text, "cases"))) {
      unparsed_.emplace(Json::parse(json_member(definition, "id")), Unparsed{definition, &notes_.back()});
    }
  }
  uncut_.erase(first, last);
}

void Catalogue::add_vectors(const std::string& text) {
  Json document = Json::parse(text);
  for (Json& definition : document.at("cases")) add(case_of(std::move(definition), document.at("notes")));
}

void Catalogue::add(Case added) {
  if (!index_.emplace(added.id, cases_.size()).second) throw std::invalid_argument("two cases are called " + added.id);
  cases_.push_back(std::move(added));
}

nlohmann::ordered_json Catalogue::document() const {
  Json document = {
      {"format", 1}, {"suite", suite_identity()}, {"requirements", requirements()}, {"cases", Json::array()}};
  for (const Case& listed : cases_) {
    Json entry = {{"id", listed.id},
                  {"title", listed.title},
                  {"requirements", listed.requirements},
                  {"relies_on", listed.relies_on},
                  {"evidence", evidence_level(evidence_of(listed))},
                  {"kind", listed.vector ? "vector" : "property"},
                  {"functions", listed.functions},
                  {"any_of", listed.any_of},
                  {"alone", listed.alone},
                  {"undisturbed", listed.undisturbed},
                  {"notes", listed.notes}};
    const std::string reason = why_not_through_a_connector(listed);
    if (!reason.empty()) entry["not_through_connectors"] = reason;
    if (listed.vector) {
      for (const Step& step : listed.vector->steps) entry["steps"].push_back(step_text(step));
      entry["step_requirements"] = listed.vector->requirements;
      entry["definition"] = listed.vector->definition;
    }
    document["cases"].push_back(std::move(entry));
  }
  return document;
}

std::size_t evidence_of(const Case& of) {
  std::size_t weakest = 0;
  for (const auto* const named : {&of.requirements, &of.relies_on}) {
    for (const std::string& requirement : *named) {
      try {
        weakest = std::max(weakest, evidence_rank(requirement));
      } catch (const std::invalid_argument&) {
        throw std::invalid_argument(of.id + " names no requirement: " + requirement);
      }
    }
  }
  return weakest;
}

bool is_observation(const Case& of) { return evidence_level(evidence_of(of)) == std::string_view("unknown"); }

nlohmann::ordered_json suite_identity() { return {{"version", suite_version}, {"vectors_sha256", vectors_sha256}}; }

}  // namespace conformance
