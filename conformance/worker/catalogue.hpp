// All there is to run: the cases of the vector files and the properties, with the requirements they stand for.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "worker/case_run.hpp"
#include "worker/implementation.hpp"
#include "worker/needs.hpp"
#include "worker/step.hpp"

namespace conformance {

// The case of a vector file.
struct Vector {
  nlohmann::ordered_json definition;  // as in the file
  std::vector<Step> steps;
  std::vector<const char*> requirements;  // of the steps
};

struct Case {
  std::string id;
  std::string title;
  std::vector<std::string> requirements;
  std::vector<std::string> relies_on;    // further requirements that it takes for granted
  std::vector<std::string> functions;    // the functions of the implementation that it calls
  std::vector<std::string> any_of = {};  // the retrieving functions, one of which it needs; empty: it needs none
  Needs needs = Needs::only_calls;       // of a property, beside its functions
  bool alone = false;                    // wants a process of its own
  bool undisturbed = false;              // wants the machine's cores: its threads are to meet
  nlohmann::ordered_json notes = nlohmann::ordered_json::array();
  // One of the two: a vector, or what a property does.
  std::optional<Vector> vector = {};
  std::function<void(CaseRun&, Subject&)> property = {};

  // Runs it; leaves by CaseStopped where it does not come to its end.
  void execute_in(CaseRun& run, Subject& subject) const;
};

class Catalogue {
 public:
  // The properties are there at once. Parsing the vectors takes longer than running most cases, and many a process runs
  // one: `find` parses the one that it is asked for. Everything here throws std::exception where the data is broken.
  Catalogue();

  void read_all_groups();

  // Adds the cases of another vector file. Throws std::exception where it is broken or an id is taken, for which all groups
  // have to be read already.
  void add_file(const std::string& path);

  // Lets `find` look into this file as well, which is read at once: an implementation may change the current folder.
  void add_file_when_needed(const std::string& path);

  // What was parsed so far.
  const std::deque<Case>& cases() const { return cases_; }

  // Parses the case where it was not yet. NULL where there is none, neither among the properties nor in its group nor in a
  // file.
  const Case* find(const std::string& id);

  // The document that PROTOCOL.md calls the catalogue.
  nlohmann::ordered_json document() const;

 private:
  struct Unparsed {
    std::string_view definition;
    const nlohmann::ordered_json* notes;  // all that its file has
  };

  // Finds the cases in the texts of this group.
  void cut(std::string_view group);
  void add_vectors(const std::string& text);
  void add(Case added);

  std::deque<std::string> files_;                            // the texts that `uncut_` and `unparsed_` point into
  std::multimap<std::string_view, std::string_view> uncut_;  // texts of vector files, by their groups
  std::deque<nlohmann::ordered_json> notes_;
  std::unordered_map<std::string, Unparsed> unparsed_;
  std::deque<Case> cases_;
  std::unordered_map<std::string, std::size_t> index_;
};

// The rank of a case's evidence: the weakest of its requirements' and of what it relies on. Throws std::invalid_argument where
// one of them is no requirement.
std::size_t evidence_of(const Case& of);

// Whether nothing prescribes what the case shows.
bool is_observation(const Case& of);

// {"version": …, "vectors_sha256": …}
nlohmann::ordered_json suite_identity();

}  // namespace conformance
