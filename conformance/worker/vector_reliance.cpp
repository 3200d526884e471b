#include "worker/vector_reliance.hpp"

#include <algorithm>
#include <array>

#include "worker/reliance.hpp"

namespace conformance {
namespace {

// What a pointer variable holds.
struct Held {
  Origin origin;
  bool is_from_null = false;    // made by Reallocate of NULL
  Dword bytes = 0;              // that were asked for
  Dword kept_bytes = 0;         // the first ones, which came through a Reallocate and were not written since
  const char* maker = nullptr;  // the requirement of whatever else than the four functions has made it
};

bool allows(const WantedStatus& wanted, bool is_success) {
  const auto is_wanted = [is_success](Status status) { return (status == success) == is_success; };
  if (wanted.is_negated) return !is_wanted(wanted.statuses.front());
  return std::any_of(wanted.statuses.begin(), wanted.statuses.end(), is_wanted);
}

// Whether the call may succeed as well as fail, and the case goes on.
bool is_open(const Call& call) {
  const auto any_allows = [&call](bool is_success) {
    return std::any_of(call.expected.begin(), call.expected.end(),
                       [is_success](const Outcome& outcome) { return allows(outcome.status, is_success); });
  };
  return any_allows(true) && any_allows(false);
}

// Whether the step judges more than a guard of the call path does.
bool is_judging(const Step& step) {
  return std::visit(Overloaded{
                        [](const Call& call) {
                          if (call.expected.size() != 1) return !call.expected.empty();
                          return !call.may_fail || call.expected.front().looks_beyond_status();
                        },
                        [](const Fill&) { return false; },
                        [](const Inspect&) { return false; },
                        [](const auto&) { return true; },
                    },
                    step.action);
}

// Follows the variables of a case through its steps. Called with the action of each step in turn, it returns the
// requirement of that step.
class Follower {
 public:
  const char* operator()(const Call& call) {
    switch (call.function) {
      case Function::allocate:
      case Function::netapip_allocate: return allocate(call);
      case Function::free: return named(call, requirement_of_free);
      case Function::size: return named(call, requirement_of_size);
      case Function::reallocate: return reallocate(call);
    }
    return "";
  }

  const char* operator()(const Fill& fill) {
    Held& buffer = held(fill.range.buffer);
    const Dword* const bytes = std::get_if<Dword>(&fill.range.bytes);
    const bool is_from_start = !fill.range.from || *fill.range.from == Amount(Dword{0});
    if (is_from_start && (bytes == nullptr || *bytes >= buffer.kept_bytes)) buffer.kept_bytes = 0;
    return contents(fill.range);
  }
  const char* operator()(const Check& check) { return contents(check.range); }
  const char* operator()(const Inspect& inspect) { return contents(inspect.range); }

  const char* operator()(const Aligned& aligned) const {
    return aligned.bytes == Dword{4} ? "allocate/aligned-32-bit" : "allocate/aligned-natural";
  }
  const char* operator()(const Disjoint&) const { return "allocate/disjoint"; }
  const char* operator()(const Exported&) const { return "abi/exports"; }

 private:
  Held& held(Variable variable) { return held_[variable.index()]; }

  // What an in-parameter is; of what no correct program passes nothing is known.
  Held given(const PointerArgument& argument) {
    if (const Variable* const variable = std::get_if<Variable>(&argument)) return held(*variable);
    return {.origin = {.is_null = std::holds_alternative<Null>(argument)}};
  }

  // Of a size that a call has reported nothing is known: it is that of a small buffer.
  static Dword number(const Amount& amount) {
    const Dword* const known = std::get_if<Dword>(&amount);
    return known != nullptr ? *known : 1;
  }

  // The requirement of whatever else takes part in a call than the four functions of the library.
  static const char* other_maker(const Call& call, const Held& buffer) {
    if (call.is_of_netutils) return "abi/netutils";
    return call.function == Function::netapip_allocate ? "abi/netapip-alias" : buffer.maker;
  }

  const char* named(const Call& call, const char* (*rule)(const Origin&)) {
    const Held buffer = given(call.pointer);
    const char* const other = other_maker(call, buffer);
    return other != nullptr ? other : rule(buffer.origin);
  }

  const char* allocate(const Call& call) {
    const Dword bytes = number(call.bytes);
    const char* const other = other_maker(call, {});
    if (call.out) held(*call.out) = {.origin = {.is_zero_sized = bytes == 0}, .bytes = bytes, .maker = other};
    if (other != nullptr) return other;
    const bool need_not_succeed = is_open(call) || call.may_fail;
    return need_not_succeed ? "allocate/failure-is-an-error" : requirement_of_allocate(bytes, call.out.has_value(), {});
  }

  const char* reallocate(const Call& call) {
    const Held old = given(call.pointer);
    const Dword bytes = number(call.bytes);
    const bool aliased = is_aliased(call);
    const char* const other = other_maker(call, old);
    if (call.out) {
      const Origin origin = {.is_null = bytes == 0,
                             .is_reallocated = true,
                             .has_grown = !old.origin.is_null && bytes > old.bytes,
                             .is_left_by_failure = aliased && is_open(call)};
      held(*call.out) = {.origin = origin,
                         .is_from_null = old.origin.is_null,
                         .bytes = bytes,
                         .kept_bytes = old.origin.is_null ? 0 : std::min(old.bytes, bytes),
                         .maker = other};
    }
    if (other != nullptr) return other;
    if (!is_open(call) && !call.may_fail) return requirement_of_reallocate(old.origin, bytes, aliased, {});
    return old.origin.is_null ? "reallocate/null-old" : "reallocate/failure-is-an-error";
  }

  const char* contents(const Range& range) {
    const Held& buffer = held(range.buffer);
    if (buffer.maker != nullptr) return buffer.maker;
    const Dword from = range.from ? number(*range.from) : 0;
    if (buffer.origin.is_left_by_failure) return "reallocate/failure-keeps-old";
    if (from < buffer.kept_bytes) return "reallocate/keeps-contents";
    if (std::holds_alternative<Variable>(range.bytes)) return "size/all-usable";
    if (buffer.is_from_null) return "reallocate/null-old";
    const bool is_reallocated = buffer.origin.is_reallocated;
    if (buffer.bytes > ordinary_bytes) {
      return is_reallocated ? "reallocate/failure-is-an-error" : "allocate/failure-is-an-error";
    }
    return is_reallocated ? "reallocate/changes-size" : "allocate/usable";
  }

  std::array<Held, Variable::count> held_;
};

}  // namespace

std::vector<const char*> requirements_of_steps(const std::vector<Step>& steps) {
  Follower follower;
  std::vector<const char*> result;
  result.reserve(steps.size());
  for (const Step& step : steps) result.push_back(std::visit(follower, step.action));
  return result;
}

std::vector<std::string> relied_on(const std::vector<std::string>& own, const std::vector<Step>& steps,
                                   const std::vector<const char*>& of_steps) {
  std::vector<std::string> result;
  const auto names = [](const std::vector<std::string>& list, const char* requirement) {
    return std::find(list.begin(), list.end(), requirement) != list.end();
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool is_news = !names(own, of_steps[i]) && !names(result, of_steps[i]);
    if (is_news && is_judging(steps[i])) result.emplace_back(of_steps[i]);
  }
  return result;
}

}  // namespace conformance
