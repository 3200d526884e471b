// Cases about buffers that other network management functions return.
//
// An implementation has whichever of those functions it has, on a machine that answers what it answers. So each case goes
// through all that are exported and judges those that give something to judge; what the others answered is observed.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "properties/retrieving.hpp"
#include "worker/property.hpp"

namespace conformance {

using Judge = void (*)(Api& api, Retriever& retriever);

inline bool says_it_is_a_stub(const std::string& reason) {
  if (reason.starts_with(not_there)) return true;
  return reason == "answers " + status_text(not_supported) || reason == "answers " + status_text(call_not_implemented);
}

// Thrown where a case is not about a function.
struct NotConcerned {};

// What came of the functions of a case.
struct Outcomes {
  int concerned = 0;  // how many the case is about
  bool is_any_judged = false;
  std::map<std::string, std::string> unjudged;  // by reason: their titles
};

// Leaves the case where it cannot pass.
inline void conclude(CaseRun& run, const Outcomes& outcomes) {
  if (run.failed()) throw CaseStopped();
  if (outcomes.concerned == 0) run.unsupported("the library exports none of the functions that return such buffers");
  if (outcomes.is_any_judged) return;
  const bool is_a_stub = std::all_of(outcomes.unjudged.begin(), outcomes.unjudged.end(),
                                     [](const auto& unjudged) { return says_it_is_a_stub(unjudged.first); });
  if (is_a_stub) run.unsupported("the functions that return such buffers say that they are not supported");
  std::string reasons;
  for (const auto& [reason, titles] : outcomes.unjudged) {
    reasons += (reasons.empty() ? "" : "; ") + titles + " " + reason;
  }
  run.not_run(reasons);
}

// Has each function of the kind judged, at each level. One that deviates does not hide the others, unless the case ends
// at once: then it measures what the one has spoiled.
template <Kind kind, Judge judge, bool ends_at_once>
void judge_all(Api& api) {
  Outcomes outcomes;
  for (const RetrievingFunction& function : retrieving_functions) {
    if (kind_of(function) != kind) continue;
    Retriever retriever(api, function);
    if (!retriever.is_exported()) continue;
    ++outcomes.concerned;
    try {
      judge(api, retriever);
      outcomes.is_any_judged = true;
      api.run().observe(retriever.title(), "judged");
    } catch (const NotConcerned&) {
      --outcomes.concerned;
    } catch (const CaseStopped&) {
      if (ends_at_once || !api.run().failed()) throw;
      api.run().observe(retriever.title(), "deviates");
      api.run().next_part();
    } catch (const Unjudged& reason) {
      api.run().observe(retriever.title(), reason.reason);
      std::string& titles = outcomes.unjudged[reason.reason];
      titles += (titles.empty() ? "" : ", ") + retriever.title();
    }
  }
  conclude(api.run(), outcomes);
}

// alone: in a process of its own. ends_at_once: after the first function that deviates, since that has spoiled the process.
template <Kind kind, Judge judge, bool alone = false, bool ends_at_once = alone>
Property property_of(const char* id, const char* title, std::vector<std::string> requirements,
                     std::vector<Function> functions = {Function::free}) {
  return Property({.id = id,
                   .title = title,
                   .requirements = std::move(requirements),
                   .functions = std::move(functions),
                   .needs = Needs::retrieving,
                   .alone = alone,
                   .any_of = names_of(kind)},
                  judge_all<kind, judge, ends_at_once>);
}

inline constexpr Kind information = Kind::information, enumeration = Kind::enumeration;

// A step that may find out midway that nothing can be judged.
template <class Body>
void step(Api& api, const char* text, Body body) {
  api.run().step(text);
  try {
    body();
  } catch (const Unjudged&) {
    api.run().done("broken off");
    throw;
  }
  api.run().done();
}

// All that a function lists, by one call, for others to be held against.
struct List {
  std::vector<std::string> entries;  // sorted
  Dword bytes;
};

inline List list_all(Retriever& retriever, const char* requirement) {
  if (retriever.changes_by_itself()) throw Unjudged{"lists what changes by itself"};
  const Answer answer = retriever.must_call();
  const std::vector<Entry> entries = retriever.read(answer, requirement);
  retriever.free(answer);
  List list = {values(entries), static_cast<Dword>(content_bytes(retriever, entries))};
  std::sort(list.entries.begin(), list.entries.end());
  return list;
}

// Lengths that do not hold the whole list, the smallest first.
inline std::vector<Dword> small_lengths(const List& list) {
  return {1, list.bytes / 4, list.bytes / 2, list.bytes - 1};
}

}  // namespace conformance
