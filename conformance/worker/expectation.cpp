#include "worker/expectation.hpp"

#include <algorithm>

namespace conformance {
namespace {

template <class Choices, class Describe>
std::string any_of_text(const Choices& choices, Describe describe) {
  std::string text;
  for (const auto& choice : choices) text += (text.empty() ? "" : " or ") + describe(choice);
  return text;
}

// ---- the members of an outcome ---------------------------------------------------------------------------------------

std::string wanted_text(const WantedStatus& wanted) {
  return (wanted.is_negated ? "not " : "") + any_of_text(wanted.statuses, status_text);
}

bool matches(const WantedStatus& wanted, Status given) {
  const bool is_listed = std::find(wanted.statuses.begin(), wanted.statuses.end(), given) != wanted.statuses.end();
  return is_listed != wanted.is_negated;
}

std::string wanted_text(const std::vector<Stored>& wanted) {
  return any_of_text(
      wanted, [](Stored stored) -> std::string { return stored == Stored::buffer ? "a buffer" : text_of(stored); });
}

bool matches(const std::vector<Stored>& wanted, const std::optional<Stored>& given) {
  return given && std::find(wanted.begin(), wanted.end(), *given) != wanted.end();
}

std::string wanted_text(const WantedNumber& wanted) {
  return std::visit(Overloaded{
                        [](Dword number) { return std::to_string(number); },
                        [](const NumberRange& range) {
                          std::string text;
                          if (range.at_least) text = "at least " + std::to_string(*range.at_least);
                          if (range.below)
                            text += (text.empty() ? "below " : " and below ") + std::to_string(*range.below);
                          return text;
                        },
                        [](Unchanged) -> std::string { return "unchanged"; },
                    },
                    wanted);
}

bool matches(const WantedNumber& wanted, const Given& given) {
  return std::visit(Overloaded{
                        [&](Dword number) { return given.may_have_number() && given.number == number; },
                        [&](const NumberRange& range) {
                          return given.may_have_number() && given.number >= range.at_least.value_or(0) &&
                                 (!range.below || given.number < *range.below);
                        },
                        [&](Unchanged) { return given.number == given.number_before; },
                    },
                    wanted);
}

// ---- outcomes --------------------------------------------------------------------------------------------------------

enum class Member { status, out_parameter, last_error };

// Calls judge(member, holds, what, expected, actual) for each member of an outcome.
template <class Judge>
void compare(const Call& call, const Outcome& outcome, const Given& given, Judge judge) {
  judge(Member::status, matches(outcome.status, given.status), "status", wanted_text(outcome.status),
        status_text(given.status));
  if (!outcome.pointer.empty()) {
    judge(Member::out_parameter, matches(outcome.pointer, given.pointer), out_parameter_of(call.function)->name,
          wanted_text(outcome.pointer), given.pointer ? text_of(*given.pointer) : "");
  }
  if (outcome.number) {
    judge(Member::out_parameter, matches(*outcome.number, given), out_parameter_of(call.function)->name,
          wanted_text(*outcome.number), number_text(given, true));
  }
  if (outcome.keeps_last_error) {
    judge(Member::last_error, given.last_error_kept, "last error", "unchanged",
          given.last_error_kept ? "unchanged" : "changed");
  }
}

bool all_hold(const Call& call, const Outcome& outcome, const Given& given) {
  bool result = true;
  compare(call, outcome, given, [&](Member, bool holds, auto&&...) { result = result && holds; });
  return result;
}

std::string outcome_text(const Call& call, const Outcome& outcome) {
  std::string text;
  compare(call, outcome, Given{}, [&](Member, bool, const char* what, const std::string& expected, const auto&) {
    text += text.empty() ? expected : std::string(" with ") + what + " " + expected;
  });
  return text;
}

std::string given_text(const Given& given) {
  return status_text(given.status) + (given.pointer ? std::string(" with ") + text_of(*given.pointer) : "");
}

void judge_members(CaseRun& run, const char* requirement, const Call& call, const Given& given) {
  compare(call, call.expected.front(), given,
          [&](Member member, bool holds, const char* what, const std::string& expected, const std::string& actual) {
            // Of a call that may fail only the success is left here, which proves nothing.
            if (member == Member::status && call.may_fail) return;
            const bool is_last_error = member == Member::last_error;
            run.note_expectation(holds, is_last_error ? "allocate/null-out-keeps-last-error" : requirement, what,
                                 expected, actual);
          });
}

}  // namespace

std::string number_text(const Given& given, bool is_size) {
  if (!given.may_have_number()) return "unchanged";
  return is_size ? std::to_string(given.number) : "stored";
}

void judge_expectation(CaseRun& run, const char* requirement, const Call& call, const Given& given) {
  if (call.expected.size() == 1) {
    judge_members(run, requirement, call, given);
    return;
  }
  const bool one_holds = std::any_of(call.expected.begin(), call.expected.end(),
                                     [&](const Outcome& outcome) { return all_hold(call, outcome, given); });
  const auto describe = [&](const Outcome& outcome) { return outcome_text(call, outcome); };
  run.note_expectation(one_holds, requirement, "outcome", any_of_text(call.expected, describe), given_text(given));
}

}  // namespace conformance
