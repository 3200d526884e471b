// The steps of a vector (vectors/README.md), parsed once for everything that runs, words or judges them.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "worker/function.hpp"
#include "worker/status.hpp"

namespace conformance {

// A pointer variable or a 32-bit one, by its letter.
struct Variable {
  char letter;

  static constexpr std::size_t count = 26;
  std::size_t index() const { return static_cast<std::size_t>(letter - 'a'); }
  std::string text() const { return {letter}; }
  bool operator==(const Variable&) const = default;
};

// A number, or the value of a 32-bit variable.
using Amount = std::variant<Dword, Variable>;

// ---- calls -----------------------------------------------------------------------------------------------------------

struct Null {
  bool operator==(const Null&) const = default;
};
struct Freed {
  Variable variable;
};
struct Inside {
  Variable variable;
  Dword offset;
};
// Memory that the functions never gave out.
enum class Foreign { of_stack, of_static, of_heap, unmapped };

using PointerArgument = std::variant<Null, Variable, Freed, Inside, Foreign>;

// What a pointer variable holds after a call, in the words of the format.
enum class Stored { buffer, null, unchanged };
const char* text_of(Stored stored);

// One status, any of several, or any but one.
struct WantedStatus {
  std::vector<Status> statuses;
  bool is_negated = false;
};

// What is expected of the number that a function stores: nothing but that it is in these bounds.
struct NumberRange {
  std::optional<Dword> at_least;
  std::optional<Dword> below;
};
struct Unchanged {};
using WantedNumber = std::variant<Dword, NumberRange, Unchanged>;

// What must hold after a call; the members that are empty are not looked at.
struct Outcome {
  WantedStatus status;
  std::vector<Stored> pointer = {};  // any of these
  std::optional<WantedNumber> number = {};
  bool keeps_last_error = false;

  bool looks_beyond_status() const { return !pointer.empty() || number || keeps_last_error; }
};

enum class Observed { status, last_error, address, out_parameter };

struct Observation {
  std::string name;
  Observed what;
};

struct Call {
  Function function;
  bool is_of_netutils = false;       // in place of the library under test
  PointerArgument pointer = {};      // Buffer of Free and Size, OldBuffer; otherwise NULL
  Amount bytes = Dword{0};           // that are asked for; otherwise 0
  std::optional<Variable> out = {};  // the variable to store to; empty: NULL, or nothing to store
  std::optional<std::variant<Null, Dword, Variable>> variable_holds = {};  // before the call
  std::vector<Outcome> expected = {};                                      // any of these; empty: nothing is expected
  std::vector<Observation> observations = {};
  bool may_fail = false;  // an error ends the case as unsupported
};

// Whether the call stores to the variable that holds OldBuffer.
bool is_aliased(const Call& call);

// ---- all steps -------------------------------------------------------------------------------------------------------

// The bytes of a buffer that a step reads or writes.
struct Range {
  Variable buffer;
  Amount bytes;
  std::optional<Amount> from;  // empty: from the first byte
};

struct Fill {
  Range range;
  unsigned pattern;
};
struct Check {
  Range range;
  unsigned pattern;
};
struct Inspect {
  Range range;
  std::string observation;
};
struct Aligned {
  Variable buffer;
  std::optional<Dword> bytes;  // empty: naturally
};
struct Disjoint {
  std::vector<Range> ranges;
};
struct Exported {
  Function function;
};

using Action = std::variant<Call, Fill, Check, Inspect, Aligned, Disjoint, Exported>;

struct Step {
  Action action;
  std::optional<Variable> only_if_holds_buffer;
};

// For std::visit: one function for each alternative.
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

// The steps of a case as in its vector file. Throws std::exception where one of them is no step.
std::vector<Step> parse_steps(const nlohmann::ordered_json& steps);

// The functions of the library under test that the steps call, each once, in the order of their first call.
std::vector<std::string> called_functions(const std::vector<Step>& steps);

}  // namespace conformance
