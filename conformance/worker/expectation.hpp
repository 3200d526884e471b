// What a call gave, compared with what the step expects.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "worker/case_run.hpp"
#include "worker/out_parameter.hpp"
#include "worker/step.hpp"

namespace conformance {

struct Given {
  Status status;
  std::optional<Stored> pointer = {};  // empty where the function has stored no pointer
  Dword number_before = OutDword::sentinel;
  Dword number = 0;
  bool last_error_kept = true;

  // Whether a number may have been stored: one that the variable held before, other than the sentinel, may be the right one.
  bool may_have_number() const { return number != number_before || number_before != OutDword::sentinel; }
};

// The number as it is recorded; `is_size`: it is the size of a live buffer, and not rubbish or a piece of an address.
std::string number_text(const Given& given, bool is_size);

// Judges what the step expects of the call, as `requirement` where it is not about the last error.
void judge_expectation(CaseRun& run, const char* requirement, const Call& call, const Given& given);

}  // namespace conformance
