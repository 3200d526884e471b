#include "worker/step_executor.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>

#include "worker/expectation.hpp"
#include "worker/out_parameter.hpp"
#include "worker/pattern.hpp"
#include "worker/platform.hpp"
#include "worker/reliance.hpp"
#include "worker/step_text.hpp"
#include "worker/world.hpp"

namespace conformance {
namespace {

struct PointerVariable {
  OutPointer slot;
  bool holds_buffer = false;
};

bool judges_last_error(const Call& call) {
  return std::any_of(call.expected.begin(), call.expected.end(),
                     [](const Outcome& outcome) { return outcome.keeps_last_error; });
}

// What the out-parameter holds. A successful Reallocate may well leave an aliased variable as it was: it holds a buffer.
Stored relation(const PointerVariable& variable, std::uintptr_t before, Status status) {
  const std::uintptr_t value = variable.slot.value();
  if (value == 0) return Stored::null;
  const bool aliased = before != OutPointer::sentinel;
  if (value == before && (!aliased || status != success)) return Stored::unchanged;
  return Stored::buffer;
}

class StepExecutor {
 public:
  StepExecutor(CaseRun& run, World& world) : run_(run), world_(world) {}

  // What a later step lacks is known before the first call: the library may refuse everything.
  void execute(const std::vector<Step>& steps, const std::vector<const char*>& requirements) {
    for (const Step& step : steps) look_for_what_it_needs(step);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      requirement_ = requirements[i];
      if (is_to_be_executed(steps[i])) execute_step(static_cast<int>(i), steps[i]);
    }
  }

 private:
  void look_for_what_it_needs(const Step& step) {
    const std::string reason = world_.why_not(step);
    if (!reason.empty()) run_.unsupported(reason);
    const Call* const call = std::get_if<Call>(&step.action);
    if (call != nullptr && !world_.has_last_error() && judges_last_error(*call)) {
      run_.unsupported("this platform has no last error");
    }
  }

  bool is_to_be_executed(const Step& step) {
    return !step.only_if_holds_buffer || pointer(*step.only_if_holds_buffer).holds_buffer;
  }

  void execute_step(int index, const Step& step) {
    if (const Call* const call = std::get_if<Call>(&step.action)) {
      run_.step_at(index, step_text(step), name_of(call->function), amount(call->bytes),
                   requirement_to_return(call->function, requirement_, false));
    } else {
      run_.step_at(index, step_text(step), "", 0, requirement_);
    }
    std::visit([this](const auto& action) { execute(action); }, step.action);
    run_.stop_if_failed();
  }

  // ---- variables ----

  PointerVariable& pointer(Variable variable) { return pointers_.at(variable.index()); }
  OutDword& dword(Variable variable) { return dwords_.at(variable.index()); }

  Dword amount(const Amount& amount) {
    const Dword* const number = std::get_if<Dword>(&amount);
    return number != nullptr ? *number : dword(std::get<Variable>(amount)).value();
  }

  std::size_t from(const Range& range) { return range.from ? amount(*range.from) : 0; }

  std::uintptr_t start(const Range& range) { return pointer(range.buffer).slot.value(); }

  // ---- calls ----

  std::uintptr_t in_pointer(const PointerArgument& given) {
    return std::visit(
        Overloaded{
            [](Null) -> std::uintptr_t { return 0; },
            [this](Variable variable) { return pointer(variable).slot.value(); },
            [this](const Freed& freed) { return pointer(freed.variable).slot.value(); },
            [this](const Inside& inside) { return pointer(inside.variable).slot.value() + inside.offset; },
            [this](Foreign kind) { return foreign(kind); },
        },
        given);
  }

  // Memory that the functions never gave out, aligned as theirs would be.
  std::uintptr_t foreign(Foreign kind) {
    alignas(16) static unsigned char static_memory[256];
    switch (kind) {
      case Foreign::of_stack: return argument(stack_memory_ + 64);
      case Foreign::of_static: return argument(static_memory + 64);
      case Foreign::of_heap: return argument(heap_memory_.get());
      case Foreign::unmapped: return argument(platform::unmapped_address());
    }
    return 0;
  }

  // The arguments as they go to the function, and the variables whose addresses are among them.
  struct Prepared {
    std::array<std::uintptr_t, 3> values = {};
    std::size_t count = 0;
    PointerVariable* out_pointer = nullptr;
    std::uintptr_t out_pointer_before = OutPointer::sentinel;
    OutDword* out_dword = nullptr;
    Dword out_dword_before = OutDword::sentinel;
  };

  // Sets the variable to what the step says that it holds, or else to the sentinel.
  void reset_pointer(OutPointer& slot, const Call& call) {
    slot.reset();
    if (!call.variable_holds) return;
    const Variable* const held = std::get_if<Variable>(&*call.variable_holds);
    slot.set(held != nullptr ? pointer(*held).slot.value() : 0);
  }
  static void reset_dword(OutDword& slot, const Call& call) {
    slot.reset();
    if (call.variable_holds) slot.set(std::get<Dword>(*call.variable_holds));
  }

  std::uintptr_t prepare_out_pointer(Prepared& prepared, const Call& call) {
    prepared.out_pointer = &pointer(*call.out);
    OutPointer& slot = prepared.out_pointer->slot;
    if (!is_aliased(call)) reset_pointer(slot, call);
    prepared.out_pointer_before = slot.value();
    return slot.address();
  }

  std::uintptr_t prepare_out_dword(Prepared& prepared, const Call& call) {
    prepared.out_dword = &dword(*call.out);
    reset_dword(*prepared.out_dword, call);
    prepared.out_dword_before = prepared.out_dword->value();
    return prepared.out_dword->address();
  }

  std::uintptr_t prepare_argument(Prepared& prepared, const Call& call, Parameter::Kind kind) {
    switch (kind) {
      case Parameter::in_pointer: return in_pointer(call.pointer);
      case Parameter::in_dword: return argument(amount(call.bytes));
      case Parameter::out_pointer: return call.out ? prepare_out_pointer(prepared, call) : 0;
      case Parameter::out_dword: return call.out ? prepare_out_dword(prepared, call) : 0;
    }
    return 0;
  }

  void execute(const Call& step) {
    Prepared prepared;
    for (const Parameter& parameter : parameters_of(step.function)) {
      prepared.values.at(prepared.count++) = prepare_argument(prepared, step, parameter.kind);
    }
    const char* const name = name_of(step.function);
    const CallResult result = world_.call(run_, step, {prepared.values.data(), prepared.count});

    if (result.status == success) give_up_ownership(step);
    const Given given = given_by(prepared, result);
    CaseRun::Values shown;
    if (step.out) shown[out_parameter_of(step.function)->name] = shown_value(step, prepared, given);
    run_.done(status_text(result.status), shown);
    if (world_.shows_neighbours()) check_neighbours(prepared);
    for (const auto& [observation, what] : step.observations) {
      run_.observe(observation, observed(what, prepared, given, result, shown));
    }
    if (step.may_fail && result.status != success) {
      run_.stop_if_failed();
      run_.unsupported(std::string(name) +
                       " is refused, which is not what the case is about: " + status_text(result.status));
    }
    if (!step.expected.empty()) judge_expectation(run_, requirement_, step, given);
  }

  static Given given_by(const Prepared& prepared, const CallResult& result) {
    Given given = {.status = result.status, .last_error_kept = result.last_error_kept};
    if (prepared.out_pointer != nullptr) {
      given.pointer = relation(*prepared.out_pointer, prepared.out_pointer_before, result.status);
      prepared.out_pointer->holds_buffer = result.status == success && given.pointer == Stored::buffer;
    }
    if (prepared.out_dword != nullptr) {
      given.number_before = prepared.out_dword_before;
      given.number = prepared.out_dword->value();
    }
    return given;
  }

  // The variable whose buffer a successful Free or Reallocate took no longer holds one.
  void give_up_ownership(const Call& call) {
    if (call.function != Function::free && call.function != Function::reallocate) return;
    if (const Variable* const taken = std::get_if<Variable>(&call.pointer)) pointer(*taken).holds_buffer = false;
  }

  // What the step's out-parameter holds, for the report.
  std::string shown_value(const Call& call, const Prepared& prepared, const Given& given) {
    if (prepared.out_pointer != nullptr) return shown_pointer(*prepared.out_pointer, *given.pointer);
    // What NetApiBufferSize stored is the size of something where it succeeded, and the buffer is a live one.
    const Variable* const buffer = std::get_if<Variable>(&call.pointer);
    return number_text(given, given.status == success && buffer != nullptr && pointer(*buffer).holds_buffer);
  }

  std::string shown_pointer(const PointerVariable& variable, Stored stored) const {
    if (stored != Stored::buffer) return text_of(stored);
    for (std::size_t i = 0; i < pointers_.size(); ++i) {
      const PointerVariable& other = pointers_[i];
      if (&other != &variable && other.holds_buffer && other.slot.value() == variable.slot.value()) {
        return std::string("same as ") + static_cast<char>('a' + i);
      }
    }
    return text_of(stored);
  }

  void check_neighbours(const Prepared& prepared) {
    if (prepared.out_pointer != nullptr) {
      const OutPointer& slot = prepared.out_pointer->slot;
      run_.guard(Guard::full_pointers, slot.neighbours_are_untouched(), "the words beside the pointer variable",
                 "untouched", "written to");
      run_.guard(Guard::full_pointers, slot.is_whole(), "the stored pointer", "all bits stored",
                 "only the lower 32 bits stored");
    }
    if (prepared.out_dword != nullptr) {
      run_.guard(Guard::writes_32_bits, prepared.out_dword->neighbours_are_untouched(),
                 "the words beside the 32-bit variable", "untouched", "written to");
    }
  }

  std::string observed(Observed what, const Prepared& prepared, const Given& given, const CallResult& result,
                       const CaseRun::Values& shown) const {
    switch (what) {
      case Observed::status: return status_text(given.status);
      case Observed::last_error:
        if (!world_.has_last_error()) return "this platform has none";
        return result.last_error_kept ? "unchanged" : std::to_string(result.last_error);
      case Observed::address:
        if (given.status != success || given.pointer != Stored::buffer) return "no buffer";
        return prepared.out_pointer->slot.value() == prepared.values[0] ? "kept" : "moved";
      case Observed::out_parameter: break;
    }
    return shown.empty() ? "nothing" : shown.begin()->second;
  }

  // ---- memory ----

  void execute(const Fill& fill) {
    world_.fill(start(fill.range), from(fill.range), amount(fill.range.bytes), fill.pattern);
    run_.done();
  }

  void execute(const Check& check) {
    const auto difference =
        world_.first_difference(start(check.range), from(check.range), amount(check.range.bytes), check.pattern);
    const std::size_t at = difference ? difference->at : 0;
    run_.note_expectation(!difference, requirement_, "byte " + std::to_string(at),
                          std::to_string(pattern_byte(check.pattern, at)),
                          difference ? std::to_string(difference->actual) : "");
    run_.done();
  }

  void execute(const Aligned& aligned) {
    const std::uintptr_t unit = aligned.bytes ? *aligned.bytes : 2 * world_.pointer_bytes();
    const std::uintptr_t remainder = world_.address(pointer(aligned.buffer).slot.value()) % unit;
    run_.note_expectation(remainder == 0, requirement_, "address modulo " + std::to_string(unit), "0",
                          std::to_string(remainder));
    run_.done();
  }

  void execute(const Disjoint& disjoint) {
    for (std::size_t i = 0; i < disjoint.ranges.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) judge_apart(disjoint.ranges[j], disjoint.ranges[i]);
    }
    run_.done();
  }

  void judge_apart(const Range& first, const Range& second) {
    const std::uintptr_t first_start = world_.address(start(first));
    const std::uintptr_t second_start = world_.address(start(second));
    const bool apart = second_start >= first_start + std::max<Dword>(1, amount(first.bytes)) ||
                       first_start >= second_start + std::max<Dword>(1, amount(second.bytes));
    run_.note_expectation(apart, requirement_, first.buffer.text() + " and " + second.buffer.text(), "apart",
                          first_start == second_start ? "the same address" : "overlapping");
  }

  void execute(const Inspect& inspect) {
    const auto common = world_.common_byte(start(inspect.range), from(inspect.range), amount(inspect.range.bytes));
    const char* const equal_text = common == 0 ? "all zero" : "all equal";
    run_.observe(inspect.observation, common ? equal_text : "mixed");
    run_.done();
  }

  void execute(const Exported& exported) {
    run_.note_expectation(world_.exports_exactly(exported.function), requirement_, name_of(exported.function),
                          "exported under exactly this name", "exported under a decorated name only");
    run_.done();
  }

  CaseRun& run_;
  World& world_;
  const char* requirement_ = "";  // of the step that is run
  std::array<PointerVariable, Variable::count> pointers_;
  std::array<OutDword, Variable::count> dwords_;
  alignas(16) unsigned char stack_memory_[256] = {};  // the executor lives on the stack
  std::unique_ptr<unsigned char[]> heap_memory_ = std::make_unique<unsigned char[]>(64);
};

}  // namespace

void execute_vector(const std::vector<Step>& steps, const std::vector<const char*>& requirements, CaseRun& run,
                    Subject& subject) {
  const std::unique_ptr<World> world = world_of(run, subject);
  StepExecutor(run, *world).execute(steps, requirements);
}

}  // namespace conformance
