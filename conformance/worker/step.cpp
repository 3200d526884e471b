#include "worker/step.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace conformance {
namespace {

using Json = nlohmann::ordered_json;

// nullptr where there is no such member.
const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() ? &*found : nullptr;
}

// The value of the word that stands at the same place.
template <class Value, std::size_t count>
Value named(const Json& word, const std::pair<const char*, Value> (&values)[count]) {
  const auto& text = word.get_ref<const std::string&>();
  for (const auto& [name, value] : values) {
    if (text == name) return value;
  }
  throw std::invalid_argument("a step holds an unknown word: " + text);
}

// ---- arguments -------------------------------------------------------------------------------------------------------

Variable variable(const Json& name) {
  const auto& text = name.get_ref<const std::string&>();
  if (text.size() != 1 || text[0] < 'a' || text[0] > 'z') throw std::invalid_argument("no variable is called " + text);
  return {text[0]};
}

std::optional<Variable> variable_or_null(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional(variable(value));
}

Amount amount(const Json& value) {
  if (value.is_string()) return variable(value);
  return value.get<Dword>();
}

PointerArgument pointer_argument(const Json& value) {
  if (value.is_null()) return Null{};
  if (value.is_string()) return variable(value);
  if (const Json* const freed = member(value, "freed")) return Freed{variable(*freed)};
  if (const Json* const inside = member(value, "inside")) {
    return Inside{variable(*inside), value.at("offset").get<Dword>()};
  }
  return named<Foreign>(value.at("foreign"), {{"stack", Foreign::of_stack},
                                              {"static", Foreign::of_static},
                                              {"heap", Foreign::of_heap},
                                              {"unmapped", Foreign::unmapped}});
}

void take_argument(Call& call, const Parameter& parameter, const Json& value) {
  switch (parameter.kind) {
    case Parameter::in_pointer: call.pointer = pointer_argument(value); break;
    case Parameter::in_dword: call.bytes = amount(value); break;
    case Parameter::out_pointer:
    case Parameter::out_dword: call.out = variable_or_null(value); break;
  }
}

// What the variable for the function's out-parameter can hold.
std::variant<Null, Dword, Variable> held(Function function, const Json& value) {
  const Parameter* const out = out_parameter_of(function);
  if (out == nullptr)
    throw std::invalid_argument(std::string(name_of(function)) + " has no variable to hold something");
  if (out->kind == Parameter::out_dword) return value.get<Dword>();
  if (value.is_null()) return Null{};
  return variable(value);
}

// ---- expectations ----------------------------------------------------------------------------------------------------

WantedStatus wanted_status(const Json& wanted) {
  WantedStatus result;
  const Json* const negated = wanted.is_object() ? member(wanted, "not") : nullptr;
  result.is_negated = negated != nullptr;
  if (wanted.is_string() || result.is_negated) {
    result.statuses.push_back(status_named((result.is_negated ? *negated : wanted).get_ref<const std::string&>()));
    return result;
  }
  for (const Json& name : wanted.at("any_of")) {
    result.statuses.push_back(status_named(name.get_ref<const std::string&>()));
  }
  return result;
}

Stored stored(const Json& word) {
  return named<Stored>(word, {{"buffer", Stored::buffer}, {"null", Stored::null}, {"unchanged", Stored::unchanged}});
}

std::vector<Stored> wanted_pointer(const Json& wanted) {
  if (wanted.is_string()) return {stored(wanted)};
  std::vector<Stored> result;
  for (const Json& word : wanted.at("any_of")) result.push_back(stored(word));
  return result;
}

WantedNumber wanted_number(const Json& wanted) {
  if (wanted.is_string()) return named<Unchanged>(wanted, {{"unchanged", Unchanged{}}});
  if (wanted.is_number()) return wanted.get<Dword>();
  NumberRange range;
  if (const Json* const least = member(wanted, "at_least")) range.at_least = least->get<Dword>();
  if (const Json* const end = member(wanted, "below")) range.below = end->get<Dword>();
  return range;
}

// What a vector calls the function's out-parameter; it can name no other.
bool is_out_parameter(Function function, std::string_view name) {
  const Parameter* const out = out_parameter_of(function);
  return out != nullptr && name == out->name;
}

Outcome outcome(Function function, const Json& members) {
  Outcome result = {.status = wanted_status(members.at("status"))};
  for (const auto& [name, value] : members.items()) {
    if (name == "last_error") {
      result.keeps_last_error = true;
    } else if (is_out_parameter(function, name)) {
      if (out_parameter_of(function)->kind == Parameter::out_pointer) {
        result.pointer = wanted_pointer(value);
      } else {
        result.number = wanted_number(value);
      }
    } else if (name != "status") {
      throw std::invalid_argument(std::string(name_of(function)) + " has no " + name + " to expect something of");
    }
  }
  return result;
}

std::vector<Outcome> outcomes(Function function, const Json& expectation) {
  const Json* const choices = member(expectation, "any_of");
  if (choices == nullptr) return {outcome(function, expectation)};
  std::vector<Outcome> result;
  for (const Json& choice : *choices) result.push_back(outcome(function, choice));
  return result;
}

Observed observed(Function function, const Json& what) {
  if (is_out_parameter(function, what.get_ref<const std::string&>())) return Observed::out_parameter;
  if (what == "address" && function == Function::reallocate) return Observed::address;
  return named<Observed>(what, {{"status", Observed::status}, {"last_error", Observed::last_error}});
}

// ---- steps -----------------------------------------------------------------------------------------------------------

Call call(const Json& step) {
  Call result = {.function = function_named(step.at("call").get_ref<const std::string&>())};
  result.is_of_netutils = step.contains("library");
  const Json& arguments = step.at("arguments");
  for (const Parameter& parameter : parameters_of(result.function)) {
    take_argument(result, parameter, arguments.at(parameter.name));
  }
  if (const Json* const holds = member(step, "variable_holds")) result.variable_holds = held(result.function, *holds);
  if (const Json* const expectation = member(step, "expect")) result.expected = outcomes(result.function, *expectation);
  if (const Json* const observe = member(step, "observe")) {
    for (const auto& [name, what] : observe->items()) {
      result.observations.push_back({name, observed(result.function, what)});
    }
  }
  result.may_fail = step.value("may_fail", false);
  return result;
}

Range range(const Json& step, const char* buffer) {
  Range result = {.buffer = variable(step.at(buffer)), .bytes = amount(step.at("bytes")), .from = {}};
  if (const Json* const from = member(step, "from")) result.from = amount(*from);
  return result;
}

Aligned aligned(const Json& step) {
  Aligned result = {.buffer = variable(step.at("aligned")), .bytes = {}};
  const Json& to = step.at("to");
  if (to != "natural") result.bytes = to.get<Dword>();
  return result;
}

Disjoint disjoint(const Json& ranges) {
  Disjoint result;
  for (const Json& each : ranges) result.ranges.push_back(range(each, "buffer"));
  return result;
}

Action action(const Json& step) {
  if (step.contains("call")) return call(step);
  if (step.contains("fill")) return Fill{range(step, "fill"), step.at("pattern").get<unsigned>()};
  if (step.contains("check")) return Check{range(step, "check"), step.at("pattern").get<unsigned>()};
  if (step.contains("inspect")) return Inspect{range(step, "inspect"), step.at("as").get<std::string>()};
  if (step.contains("aligned")) return aligned(step);
  if (step.contains("disjoint")) return disjoint(step.at("disjoint"));
  return Exported{function_named(step.at("exported").get_ref<const std::string&>())};
}

}  // namespace

const char* text_of(Stored stored) {
  switch (stored) {
    case Stored::buffer: return "buffer";
    case Stored::null: return "null";
    case Stored::unchanged: return "unchanged";
  }
  return "";
}

bool is_aliased(const Call& call) {
  const Variable* const in = std::get_if<Variable>(&call.pointer);
  return call.function == Function::reallocate && in != nullptr && call.out == *in;
}

std::vector<Step> parse_steps(const Json& steps) {
  std::vector<Step> result;
  result.reserve(steps.size());
  for (const Json& step : steps) {
    Step& parsed = result.emplace_back(Step{action(step), {}});
    if (const Json* const condition = member(step, "only_if")) {
      parsed.only_if_holds_buffer = variable(condition->at("holds_buffer"));
    }
  }
  return result;
}

std::vector<std::string> called_functions(const std::vector<Step>& steps) {
  std::vector<std::string> functions;
  for (const Step& step : steps) {
    const Call* const call = std::get_if<Call>(&step.action);
    if (call == nullptr || call->is_of_netutils) continue;
    const char* const name = name_of(call->function);
    if (std::find(functions.begin(), functions.end(), name) == functions.end()) functions.emplace_back(name);
  }
  return functions;
}

}  // namespace conformance
