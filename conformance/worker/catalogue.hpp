// All there is to play: the cases of the vector files and the properties, with the requirements they stand for.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "worker/case_run.hpp"
#include "worker/implementation.hpp"

namespace conformance {

struct Case {
  std::string id;
  std::string title;
  std::vector<std::string> requirements;
  std::vector<std::string> functions;  // the functions of the implementation that it calls
  std::vector<std::string> any_of = {};  // the retrieving functions, one of which it needs; empty: it needs none
  std::string evidence = {};           // the weakest of the requirements'; the catalogue fills it in
  bool alone = false;                  // wants a process of its own
  nlohmann::ordered_json notes = nlohmann::ordered_json::array();
  // One of the two: a vector's case as in its file, or what a property does.
  nlohmann::ordered_json definition = nullptr;
  std::function<void(CaseRun&, Subject&)> property = {};

  // Plays it; leaves by CaseStopped where it does not come to its end, by another exception where it is no case.
  void play_in(CaseRun& run, Subject& subject) const;
};

class Catalogue {
 public:
  // The vectors that were compiled in, and the properties. Throws std::exception where the data is broken.
  Catalogue();

  // Adds the cases of another vector file. Throws std::exception where it is broken or an id is taken.
  void add_file(const std::string& path);

  const std::vector<Case>& cases() const { return cases_; }
  const Case* find(const std::string& id) const;

  // The document that PROTOCOL.md calls the catalogue.
  nlohmann::ordered_json document() const;

 private:
  void add_vectors(const std::string& text);
  void add(Case added);
  std::string evidence_of(const Case& of) const;

  nlohmann::ordered_json requirements_;
  std::unordered_map<std::string, std::size_t> evidence_ranks_;  // by requirement
  std::vector<Case> cases_;
  std::unordered_map<std::string, std::size_t> index_;
};

// {"version": …, "vectors_sha256": …}
nlohmann::ordered_json suite_identity();

}  // namespace conformance
