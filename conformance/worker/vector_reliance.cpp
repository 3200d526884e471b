#include "worker/vector_reliance.hpp"

#include <algorithm>
#include <map>

#include "worker/reliance.hpp"

namespace conformance {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* success_name = "NERR_Success";

// What a pointer variable holds.
struct Held {
  Origin origin;
  bool is_from_null = false;    // made by Reallocate of NULL
  Dword bytes = 0;              // that were asked for
  Dword kept_bytes = 0;         // the first ones, which came through a Reallocate and were not written since
  const char* maker = nullptr;  // the requirement of whatever else than the four functions has made it
};

bool allows(const Json& status, bool success) {
  if (status.is_string()) return (status == success_name) == success;
  if (status.contains("not")) return (status.at("not") == success_name) != success;
  const Json& names = status.at("any_of");
  return std::any_of(names.begin(), names.end(), [success](const Json& name) { return allows(name, success); });
}

// Whether the call may succeed as well as fail, and the case goes on.
bool is_open(const Json& step) {
  if (!step.contains("expect")) return false;
  const Json& expect = step.at("expect");
  const Json outcomes = expect.contains("any_of") ? expect.at("any_of") : Json::array({expect});
  const auto any_allows = [&outcomes](bool success) {
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [success](const Json& outcome) { return allows(outcome.at("status"), success); });
  };
  return any_allows(true) && any_allows(false);
}

// Follows the variables of a case through its steps.
class Follower {
 public:
  const char* step(const Json& step) {
    if (step.contains("call")) return call(step);
    if (step.contains("fill")) return fill(step);
    if (step.contains("check")) return contents(held(step.at("check")), step);
    if (step.contains("inspect")) return contents(held(step.at("inspect")), step);
    if (step.contains("aligned")) {
      return step.at("to") == Json(4) ? "allocate/aligned-32-bit" : "allocate/aligned-natural";
    }
    return step.contains("disjoint") ? "allocate/disjoint" : "abi/exports";
  }

 private:
  Held& held(const Json& name) { return held_[name.get<std::string>()]; }

  // What an in-parameter is; of what no correct program passes nothing is known.
  Held given(const Json& argument) {
    if (argument.is_null()) return {.origin = {.is_null = true}};
    return argument.is_string() ? held(argument) : Held{};
  }

  // Of a size that a call has reported nothing is known: it is that of a small buffer.
  static Dword amount(const Json& value) { return value.is_number() ? value.get<Dword>() : 1; }

  const char* call(const Json& step) {
    const Function function = function_named(step.at("call").get<std::string>());
    const Json& arguments = step.at("arguments");
    switch (function) {
      case Function::allocate:
      case Function::netapip_allocate: return allocate(step, arguments);
      case Function::free: return named(step, given(arguments.at("Buffer")), requirement_of_free);
      case Function::size: return named(step, given(arguments.at("Buffer")), requirement_of_size);
      case Function::reallocate: return reallocate(step, arguments);
    }
    return "";
  }

  // The requirement of whatever else takes part in a call than the four functions of the library.
  static const char* other_maker(const Json& step, const Held& buffer) {
    if (step.contains("library")) return "abi/netutils";
    return step.at("call") == name_of(Function::netapip_allocate) ? "abi/netapip-alias" : buffer.maker;
  }

  static const char* named(const Json& step, const Held& buffer, const char* (*rule)(const Origin&)) {
    const char* const other = other_maker(step, buffer);
    return other != nullptr ? other : rule(buffer.origin);
  }

  const char* allocate(const Json& step, const Json& arguments) {
    const Dword bytes = amount(arguments.at("ByteCount"));
    const char* const other = other_maker(step, {});
    const bool has_variable = !arguments.at("Buffer").is_null();
    if (has_variable)
      held(arguments.at("Buffer")) = {.origin = {.is_zero_sized = bytes == 0}, .bytes = bytes, .maker = other};
    if (other != nullptr) return other;
    const bool need_not_succeed = is_open(step) || may_fail(step);
    return need_not_succeed ? "allocate/failure-is-an-error" : requirement_of_allocate(bytes, has_variable, {});
  }

  const char* reallocate(const Json& step, const Json& arguments) {
    const Held old = given(arguments.at("OldBuffer"));
    const Dword bytes = amount(arguments.at("NewByteCount"));
    const Json& variable = arguments.at("NewBuffer");
    const bool aliased = variable == arguments.at("OldBuffer");
    const char* const other = other_maker(step, old);
    if (!variable.is_null()) {
      const Origin origin = {.is_null = bytes == 0,
                             .is_reallocated = true,
                             .has_grown = !old.origin.is_null && bytes > old.bytes,
                             .is_left_by_failure = aliased && is_open(step)};
      held(variable) = {.origin = origin,
                        .is_from_null = old.origin.is_null,
                        .bytes = bytes,
                        .kept_bytes = old.origin.is_null ? 0 : std::min(old.bytes, bytes),
                        .maker = other};
    }
    if (other != nullptr) return other;
    if (!is_open(step) && !may_fail(step)) return requirement_of_reallocate(old.origin, bytes, aliased, {});
    return old.origin.is_null ? "reallocate/null-old" : "reallocate/failure-is-an-error";
  }

  const char* fill(const Json& step) {
    Held& buffer = held(step.at("fill"));
    const bool from_start = !step.contains("from") || step.at("from") == Json(0);
    const bool is_all = !step.at("bytes").is_number() || amount(step.at("bytes")) >= buffer.kept_bytes;
    if (from_start && is_all) buffer.kept_bytes = 0;
    return contents(buffer, step);
  }

  const char* contents(const Held& buffer, const Json& step) {
    if (buffer.maker != nullptr) return buffer.maker;
    const Dword from = step.contains("from") ? amount(step.at("from")) : 0;
    if (buffer.origin.is_left_by_failure) return "reallocate/failure-keeps-old";
    if (from < buffer.kept_bytes) return "reallocate/keeps-contents";
    if (step.at("bytes").is_string()) return "size/all-usable";
    if (buffer.is_from_null) return "reallocate/null-old";
    const bool is_reallocated = buffer.origin.is_reallocated;
    if (buffer.bytes > ordinary_bytes) {
      return is_reallocated ? "reallocate/failure-is-an-error" : "allocate/failure-is-an-error";
    }
    return is_reallocated ? "reallocate/changes-size" : "allocate/usable";
  }

  std::map<std::string, Held> held_;
};

}  // namespace

bool may_fail(const Json& step) { return step.value("may_fail", false); }

bool is_judging(const Json& step) {
  if (step.contains("expect")) return !may_fail(step) || step.at("expect").size() > 1;
  const auto has = [&step](const char* member) { return step.contains(member); };
  return has("check") || has("aligned") || has("disjoint") || has("exported");
}

std::vector<const char*> requirements_of_steps(const Json& definition) {
  Follower follower;
  std::vector<const char*> result;
  for (const Json& step : definition.at("steps")) result.push_back(follower.step(step));
  return result;
}

std::vector<std::string> relied_on(const Json& definition) {
  const Json& own = definition.at("requirements");
  std::vector<std::string> result;
  const auto add = [&](const char* requirement) {
    const bool is_own = std::find(own.begin(), own.end(), Json(requirement)) != own.end();
    if (!is_own && std::find(result.begin(), result.end(), requirement) == result.end())
      result.emplace_back(requirement);
  };
  const std::vector<const char*> requirements = requirements_of_steps(definition);
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    if (is_judging(definition.at("steps").at(i))) add(requirements[i]);
  }
  return result;
}

}  // namespace conformance
