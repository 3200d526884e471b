#include "worker/player.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "worker/call.hpp"
#include "worker/out_parameter.hpp"
#include "worker/pattern.hpp"
#include "worker/reliance.hpp"
#include "worker/vector_reliance.hpp"

namespace conformance {
namespace {

using Json = nlohmann::ordered_json;

// ---- text ------------------------------------------------------------------------------------------------------------

std::string amount_text(const Json& amount) {
  return amount.is_string() ? amount.get<std::string>() : std::to_string(amount.get<Dword>());
}

std::string in_pointer_text(const Json& value) {
  if (value.is_null()) return "NULL";
  if (value.is_string()) return value.get<std::string>();
  if (value.contains("freed")) return "the freed " + value.at("freed").get<std::string>();
  if (value.contains("inside")) {
    return value.at("inside").get<std::string>() + " + " + std::to_string(value.at("offset").get<Dword>());
  }
  const auto kind = value.at("foreign").get<std::string>();
  return kind == "unmapped" ? "an unmapped address" : "foreign " + kind + " memory";
}

std::string held_text(const Json& held) {
  if (held.is_null()) return "NULL";
  return held.is_string() ? held.get<std::string>() : amount_text(held);
}

std::string argument_text(const Parameter& parameter, const Json& step) {
  const Json& value = step.at("arguments").at(parameter.name);
  if (parameter.kind == Parameter::in_pointer) return in_pointer_text(value);
  if (parameter.kind == Parameter::in_dword) return amount_text(value);
  if (value.is_null()) return "NULL";
  const std::string holding = step.contains("variable_holds") ? " holding " + held_text(step.at("variable_holds")) : "";
  return "&" + value.get<std::string>() + holding;
}

std::string call_text(const Json& step) {
  const Function function = function_named(step.at("call").get<std::string>());
  std::string text = step.contains("library") ? "netutils!" : "";
  text += name_of(function);
  const char* separator = "(";
  for (const Parameter& parameter : parameters_of(function)) {
    text += separator;
    text += std::string(parameter.name) + "=" + argument_text(parameter, step);
    separator = ", ";
  }
  return text + ")";
}

std::string bytes_text(const Json& step) {
  const std::string count = amount_text(step.at("bytes")) + " bytes";
  return step.contains("from") ? count + " from byte " + amount_text(step.at("from")) : count;
}

std::string disjoint_text(const Json& step) {
  std::string text;
  for (const Json& range : step.at("disjoint")) {
    text += (text.empty() ? "" : ", ") + range.at("buffer").get<std::string>() + " (" + amount_text(range.at("bytes")) +
            " bytes)";
  }
  return text + " do not overlap";
}

std::string alignment_text(const Json& to) {
  return to.is_string() ? to.get<std::string>() + "ly aligned" : "aligned to " + amount_text(to) + " bytes";
}

// ---- expectations ----------------------------------------------------------------------------------------------------

// What a call gave, in the words of the vector format.
struct Given {
  Status status;
  std::string pointer = "";  // "buffer", "null" or "unchanged"; empty where the function has no pointer to store
  Dword number_before = OutDword::sentinel;
  Dword number = 0;
  bool last_error_kept = true;
};

template <class Describe>
std::string any_of_text(const Json& choices, Describe describe) {
  std::string text;
  for (const Json& choice : choices) text += (text.empty() ? "" : " or ") + describe(choice);
  return text;
}

std::string wanted_status_text(const Json& wanted) {
  if (wanted.is_string()) return status_text(status_named(wanted.get<std::string>()));
  if (wanted.contains("not")) return "not " + wanted_status_text(wanted.at("not"));
  return any_of_text(wanted.at("any_of"), wanted_status_text);
}

bool status_matches(const Json& wanted, Status given) {
  if (wanted.is_string()) return given == status_named(wanted.get<std::string>());
  if (wanted.contains("not")) return !status_matches(wanted.at("not"), given);
  const Json& choices = wanted.at("any_of");
  return std::any_of(choices.begin(), choices.end(), [&](const Json& choice) { return status_matches(choice, given); });
}

std::string wanted_pointer_text(const Json& wanted) {
  if (!wanted.is_string()) return any_of_text(wanted.at("any_of"), wanted_pointer_text);
  return wanted == "buffer" ? "a buffer" : wanted.get<std::string>();
}

bool pointer_matches(const Json& wanted, const std::string& given) {
  if (wanted.is_string()) return wanted.get<std::string>() == given;
  const Json& choices = wanted.at("any_of");
  return std::any_of(choices.begin(), choices.end(),
                     [&](const Json& choice) { return pointer_matches(choice, given); });
}

std::string wanted_number_text(const Json& wanted) {
  if (wanted.is_string()) return wanted.get<std::string>();
  if (wanted.is_number()) return amount_text(wanted);
  std::string text;
  if (wanted.contains("at_least")) text = "at least " + amount_text(wanted.at("at_least"));
  if (wanted.contains("below")) text += (text.empty() ? "" : " and ") + ("below " + amount_text(wanted.at("below")));
  return text;
}

// Whether a number may have been stored: one that the variable held before, other than the sentinel, may be the right one.
bool may_be_stored(const Given& given) {
  return given.number != given.number_before || given.number_before != OutDword::sentinel;
}

bool number_matches(const Json& wanted, const Given& given) {
  if (wanted.is_string()) return given.number == given.number_before;
  if (!may_be_stored(given)) return false;
  if (wanted.is_number()) return given.number == wanted.get<Dword>();
  return given.number >= wanted.value("at_least", Dword{0}) &&
         (!wanted.contains("below") || given.number < wanted.at("below").get<Dword>());
}

// For a number that means nothing: another one in each run, or a piece of an address.
std::string stored_text(const Given& given) { return may_be_stored(given) ? "stored" : "unchanged"; }

std::string given_number_text(const Given& given) {
  return may_be_stored(given) ? std::to_string(given.number) : "unchanged";
}

// Calls judge(holds, what, expected, actual) for each member of an outcome.
template <class Judge>
void compare(const Json& outcome, const Given& given, Judge judge) {
  const Json& status = outcome.at("status");
  judge(status_matches(status, given.status), "status", wanted_status_text(status), status_text(given.status));
  for (const char* name : {"Buffer", "NewBuffer"}) {
    if (!outcome.contains(name)) continue;
    const Json& wanted = outcome.at(name);
    judge(pointer_matches(wanted, given.pointer), name, wanted_pointer_text(wanted), given.pointer);
  }
  if (outcome.contains("ByteCount")) {
    const Json& wanted = outcome.at("ByteCount");
    judge(number_matches(wanted, given), "ByteCount", wanted_number_text(wanted), given_number_text(given));
  }
  if (outcome.contains("last_error")) {
    judge(given.last_error_kept, "last error", "unchanged", given.last_error_kept ? "unchanged" : "changed");
  }
}

std::string outcome_text(const Json& outcome) {
  std::string text;
  compare(outcome, Given{}, [&](bool, const char* what, const std::string& expected, const std::string&) {
    text += text.empty() ? expected : std::string(" with ") + what + " " + expected;
  });
  return text;
}

std::string given_text(const Given& given) {
  std::string text = status_text(given.status);
  if (!given.pointer.empty()) text += " with " + given.pointer;
  return text;
}

void judge_expectation(CaseRun& run, const char* requirement, const Json& step, const Given& given) {
  const Json& expectation = step.at("expect");
  if (!expectation.contains("any_of")) {
    compare(expectation, given, [&](bool holds, const std::string& what, const auto& expected, const auto& actual) {
      // Of a call that may fail only the success is left here, which proves nothing.
      if (what == "status" && may_fail(step)) return;
      const bool is_last_error = what == "last error";
      run.note_expectation(holds, is_last_error ? "allocate/null-out-keeps-last-error" : requirement, what, expected,
                           actual);
    });
    return;
  }
  const Json& outcomes = expectation.at("any_of");
  const bool one_matches = std::any_of(outcomes.begin(), outcomes.end(), [&](const Json& outcome) {
    bool all_hold = true;
    compare(outcome, given, [&](bool holds, auto&&...) { all_hold = all_hold && holds; });
    return all_hold;
  });
  run.note_expectation(one_matches, requirement, "outcome", any_of_text(outcomes, outcome_text), given_text(given));
}

// ---- playing ---------------------------------------------------------------------------------------------------------

struct PointerVariable {
  OutPointer slot;
  bool holds_buffer = false;
};

class Player {
 public:
  Player(CaseRun& run, Subject& subject) : run_(run), subject_(subject) {}

  // What a later step lacks is known before the first call: the library may refuse everything.
  void play(const Json& definition) {
    for (const Json& step : definition.at("steps")) look_for_what_it_needs(step);
    const std::vector<const char*> requirements = requirements_of_steps(definition);
    int index = 0;
    for (const Json& step : definition.at("steps")) {
      requirement_ = requirements[static_cast<std::size_t>(index)];
      if (is_to_be_played(step)) play_step(index, step);
      ++index;
    }
  }

 private:
  void look_for_what_it_needs(const Json& step) {
    if (step.contains("exported") &&
        subject_.library.form(function_named(step.at("exported"))) == ExportForm::missing) {
      run_.unsupported(step.at("exported").get<std::string>() + " is not exported");
    }
    if (!step.contains("call")) return;
    address_for(step, function_named(step.at("call").get<std::string>()));
    if (!platform::has_last_error && judges_last_error(step)) run_.unsupported("this platform has no last error");
  }

  bool is_to_be_played(const Json& step) {
    return !step.contains("only_if") || pointer(step.at("only_if").at("holds_buffer")).holds_buffer;
  }

  void play_step(int index, const Json& step) {
    const std::string function = step.contains("call") ? step.at("call").get<std::string>() : "";
    const char* const to_return =
        function.empty() ? requirement_ : requirement_to_return(function_named(function), requirement_, false);
    run_.step_at(index, step_text(step), function.c_str(), requested_bytes(step), to_return);
    if (step.contains("call")) {
      play_call(step);
    } else {
      play_memory_step(step);
      run_.done();
    }
    run_.stop_if_failed();
  }

  // ---- variables ----

  PointerVariable& pointer(const Json& name) { return pointers_.at(variable_index(name)); }
  OutDword& dword(const Json& name) { return dwords_.at(variable_index(name)); }

  static std::size_t variable_index(const Json& name) {
    const auto text = name.get<std::string>();
    if (text.size() != 1 || text[0] < 'a' || text[0] > 'z')
      throw std::invalid_argument("no variable is called " + text);
    return static_cast<std::size_t>(text[0] - 'a');
  }

  unsigned char* buffer(const Json& name) { return reinterpret_cast<unsigned char*>(pointer(name).slot.value()); }
  Dword amount(const Json& value) { return value.is_string() ? dword(value).value() : value.get<Dword>(); }

  // ---- calls ----

  std::uintptr_t in_pointer(const Json& value) {
    if (value.is_null()) return 0;
    if (value.is_string()) return pointer(value).slot.value();
    if (value.contains("freed")) return pointer(value.at("freed")).slot.value();
    if (value.contains("inside")) return pointer(value.at("inside")).slot.value() + value.at("offset").get<Dword>();
    return foreign(value.at("foreign").get<std::string>());
  }

  // Memory that the functions never gave out, aligned as theirs would be.
  std::uintptr_t foreign(const std::string& kind) {
    alignas(16) static unsigned char static_memory[256];
    if (kind == "stack") return argument(stack_memory_ + 64);
    if (kind == "static") return argument(static_memory + 64);
    if (kind == "heap") return argument(heap_memory_.get());
    if (kind == "unmapped") return argument(platform::unmapped_address());
    throw std::invalid_argument("no foreign memory is called " + kind);
  }

  void* address_for(const Json& step, Function function) {
    if (!step.contains("library")) {
      void* const address = subject_.library.address(function);
      if (address == nullptr) run_.unsupported(std::string(name_of(function)) + " is not exported");
      return address;
    }
    const auto path = platform::netutils_path(subject_.path);
    std::string message;
    platform::Library* const library = path ? platform::load(*path, message) : nullptr;
    if (library == nullptr) run_.unsupported("no netutils library could be loaded from beside this one");
    void* const address = platform::find_export(library, name_of(function));
    if (address == nullptr) run_.unsupported(std::string("netutils does not export ") + name_of(function));
    return address;
  }

  // What a call asks for; the size that NetApiBufferSize is told to store is no request.
  Dword requested_bytes(const Json& step) {
    for (const char* const name : {"ByteCount", "NewByteCount"}) {
      if (!step.contains("call") || step.at("call") == name_of(Function::size)) break;
      if (step.at("arguments").contains(name)) return amount(step.at("arguments").at(name));
    }
    return 0;
  }

  static bool judges_last_error(const Json& step) {
    if (!step.contains("expect")) return false;
    const Json& expected = step.at("expect");
    const Json outcomes = expected.contains("any_of") ? expected.at("any_of") : Json::array({expected});
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [](const Json& outcome) { return outcome.contains("last_error"); });
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

  // To what the step says that the variable holds, or else to the sentinel.
  void reset_pointer(OutPointer& slot, const Json& step) {
    slot.reset();
    if (!step.contains("variable_holds")) return;
    const Json& held = step.at("variable_holds");
    slot.set(held.is_null() ? 0 : pointer(held).slot.value());
  }
  static void reset_dword(OutDword& slot, const Json& step) {
    slot.reset();
    if (step.contains("variable_holds")) slot.set(step.at("variable_holds").get<Dword>());
  }

  Prepared prepare(Function function, const Json& step) {
    const Json& arguments = step.at("arguments");
    Prepared prepared;
    for (const Parameter& parameter : parameters_of(function)) {
      const Json& given = arguments.at(parameter.name);
      std::uintptr_t& value = prepared.values.at(prepared.count++);
      if (parameter.kind == Parameter::in_pointer) {
        value = in_pointer(given);
      } else if (parameter.kind == Parameter::in_dword) {
        value = argument(amount(given));
      } else if (given.is_null()) {
        value = 0;
      } else if (parameter.kind == Parameter::out_pointer) {
        OutPointer& slot = pointer(given).slot;
        if (arguments.value("OldBuffer", Json()) != given) reset_pointer(slot, step);
        prepared.out_pointer = &pointer(given);
        prepared.out_pointer_before = slot.value();
        value = slot.address();
      } else {
        prepared.out_dword = &dword(given);
        reset_dword(*prepared.out_dword, step);
        prepared.out_dword_before = prepared.out_dword->value();
        value = prepared.out_dword->address();
      }
    }
    return prepared;
  }

  void play_call(const Json& step) {
    const Function function = function_named(step.at("call").get<std::string>());
    const Json& arguments = step.at("arguments");
    const Prepared prepared = prepare(function, step);
    void* const address = address_for(step, function);
    const CallResult result = call(run_, address, name_of(function), {prepared.values.data(), prepared.count});

    if (result.status == success) give_up_ownership(function, arguments);
    Given given = {.status = result.status, .last_error_kept = result.last_error_kept};
    CaseRun::Values shown;
    if (prepared.out_pointer != nullptr) {
      given.pointer = relation(*prepared.out_pointer, prepared.out_pointer_before, result.status);
      prepared.out_pointer->holds_buffer = result.status == success && given.pointer == "buffer";
      shown[parameters_of(function).back().name] = shown_pointer(*prepared.out_pointer, given.pointer);
    }
    if (prepared.out_dword != nullptr) {
      given.number_before = prepared.out_dword_before;
      given.number = prepared.out_dword->value();
      shown["ByteCount"] = tells_a_size(arguments, result.status) ? given_number_text(given) : stored_text(given);
    }
    run_.done(status_text(result.status), shown);
    check_neighbours(prepared);
    const std::uintptr_t old_buffer = arguments.contains("OldBuffer") ? prepared.values[0] : 0;
    observe(step, given, result, shown, old_buffer);
    if (may_fail(step) && result.status != success) {
      run_.stop_if_failed();
      run_.unsupported(std::string(name_of(function)) +
                       " is refused, which is not what the case is about: " + status_text(result.status));
    }
    if (step.contains("expect")) judge_expectation(run_, requirement_, step, given);
  }

  // Whether what NetApiBufferSize stored is the size of something: it succeeded, and the buffer is a live one.
  bool tells_a_size(const Json& arguments, Status status) {
    const Json& buffer = arguments.at("Buffer");
    return status == success && buffer.is_string() && pointer(buffer).holds_buffer;
  }

  // The variable whose buffer a successful Free or Reallocate took no longer holds one.
  void give_up_ownership(Function function, const Json& arguments) {
    const char* const taken = function == Function::free ? "Buffer" : "OldBuffer";
    if (function != Function::free && function != Function::reallocate) return;
    if (arguments.at(taken).is_string()) pointer(arguments.at(taken)).holds_buffer = false;
  }

  // What the out-parameter holds. A successful Reallocate may well leave an aliased variable as it was: it holds a buffer.
  static std::string relation(const PointerVariable& variable, std::uintptr_t before, Status status) {
    const std::uintptr_t value = variable.slot.value();
    if (value == 0) return "null";
    const bool aliased = before != OutPointer::sentinel;
    if (value == before && (!aliased || status != success)) return "unchanged";
    return "buffer";
  }

  std::string shown_pointer(const PointerVariable& variable, const std::string& relation_text) const {
    if (relation_text != "buffer") return relation_text;
    for (std::size_t i = 0; i < pointers_.size(); ++i) {
      const PointerVariable& other = pointers_[i];
      if (&other != &variable && other.holds_buffer && other.slot.value() == variable.slot.value()) {
        return std::string("same as ") + static_cast<char>('a' + i);
      }
    }
    return relation_text;
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

  void observe(const Json& step, const Given& given, const CallResult& result, const CaseRun::Values& shown,
               std::uintptr_t old_buffer) {
    if (!step.contains("observe")) return;
    for (const auto& [name, what] : step.at("observe").items()) {
      run_.observe(name, observed(what.get<std::string>(), step, given, result, shown, old_buffer));
    }
  }

  std::string observed(const std::string& what, const Json& step, const Given& given, const CallResult& result,
                       const CaseRun::Values& shown, std::uintptr_t old_buffer) {
    if (what == "status") return status_text(given.status);
    if (what == "last_error") {
      if (!platform::has_last_error) return "this platform has none";
      return result.last_error_kept ? "unchanged" : std::to_string(result.last_error);
    }
    if (what == "address") {
      if (given.status != success || given.pointer != "buffer") return "no buffer";
      return pointer(step.at("arguments").at("NewBuffer")).slot.value() == old_buffer ? "kept" : "moved";
    }
    const auto value = shown.find(what);
    return value != shown.end() ? value->second : "nothing";
  }

  // ---- memory ----

  void play_memory_step(const Json& step) {
    if (step.contains("fill")) {
      fill_pattern(buffer(step.at("fill")), from(step), amount(step.at("bytes")), step.at("pattern").get<unsigned>());
    } else if (step.contains("check")) {
      check(step);
    } else if (step.contains("aligned")) {
      aligned(step);
    } else if (step.contains("disjoint")) {
      disjoint(step.at("disjoint"));
    } else if (step.contains("inspect")) {
      inspect(step);
    } else {
      exported(function_named(step.at("exported").get<std::string>()));
    }
  }

  std::size_t from(const Json& step) { return step.contains("from") ? amount(step.at("from")) : 0; }

  void check(const Json& step) {
    const unsigned char* const bytes = buffer(step.at("check"));
    const unsigned pattern = step.at("pattern").get<unsigned>();
    const auto difference = first_difference(bytes, from(step), amount(step.at("bytes")), pattern);
    const std::size_t at = difference.value_or(0);
    run_.note_expectation(!difference, requirement_, "byte " + std::to_string(at),
                          std::to_string(pattern_byte(pattern, at)), difference ? std::to_string(bytes[at]) : "");
  }

  void aligned(const Json& step) {
    const Json& to = step.at("to");
    const std::uintptr_t unit = to == "natural" ? 2 * sizeof(void*) : to.get<Dword>();
    const std::uintptr_t remainder = pointer(step.at("aligned")).slot.value() % unit;
    run_.note_expectation(remainder == 0, requirement_, "address modulo " + std::to_string(unit), "0",
                          std::to_string(remainder));
  }

  void disjoint(const Json& ranges) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const Json &first = ranges[j], &second = ranges[i];
        const std::uintptr_t first_start = pointer(first.at("buffer")).slot.value();
        const std::uintptr_t second_start = pointer(second.at("buffer")).slot.value();
        const bool apart = second_start >= first_start + std::max<Dword>(1, amount(first.at("bytes"))) ||
                           first_start >= second_start + std::max<Dword>(1, amount(second.at("bytes")));
        run_.note_expectation(apart, requirement_,
                              first.at("buffer").get<std::string>() + " and " + second.at("buffer").get<std::string>(),
                              "apart", first_start == second_start ? "the same address" : "overlapping");
      }
    }
  }

  void inspect(const Json& step) {
    const unsigned char* const begin = buffer(step.at("inspect")) + from(step);
    const unsigned char* const end = begin + amount(step.at("bytes"));
    const bool all_equal = std::all_of(begin, end, [&](unsigned char byte) { return byte == *begin; });
    run_.observe(step.at("as").get<std::string>(), !all_equal                    ? "mixed"
                                                   : begin == end || *begin == 0 ? "all zero"
                                                                                 : "all equal");
  }

  void exported(Function function) {
    const ExportForm form = subject_.library.form(function);
    run_.note_expectation(form == ExportForm::undecorated, requirement_, name_of(function),
                          "exported under exactly this name", "exported under a decorated name only");
  }

  CaseRun& run_;
  Subject& subject_;
  const char* requirement_ = "";  // of the step that is played
  std::array<PointerVariable, 26> pointers_;
  std::array<OutDword, 26> dwords_;
  alignas(16) unsigned char stack_memory_[256] = {};  // the player lives on the stack
  std::unique_ptr<unsigned char[]> heap_memory_ = std::make_unique<unsigned char[]>(64);
};

}  // namespace

void play_vector(const nlohmann::ordered_json& definition, CaseRun& run, Subject& subject) {
  Player(run, subject).play(definition);
}

std::string step_text(const nlohmann::ordered_json& step) {
  if (step.contains("call")) return call_text(step);
  const auto pattern = [&] { return " pattern " + std::to_string(step.at("pattern").get<unsigned>()); };
  if (step.contains("fill")) {
    return "write" + pattern() + " to " + step.at("fill").get<std::string>() + ", " + bytes_text(step);
  }
  if (step.contains("check")) {
    return step.at("check").get<std::string>() + " holds" + pattern() + ", " + bytes_text(step);
  }
  if (step.contains("aligned")) return step.at("aligned").get<std::string>() + " is " + alignment_text(step.at("to"));
  if (step.contains("disjoint")) return disjoint_text(step);
  if (step.contains("inspect")) return "look at " + step.at("inspect").get<std::string>() + ", " + bytes_text(step);
  return step.at("exported").get<std::string>() + " is exported";
}

std::vector<std::string> called_functions(const nlohmann::ordered_json& definition) {
  std::vector<std::string> functions;
  for (const Json& step : definition.at("steps")) {
    if (!step.contains("call") || step.contains("library")) continue;
    const auto name = step.at("call").get<std::string>();
    if (std::find(functions.begin(), functions.end(), name) == functions.end()) functions.push_back(name);
  }
  return functions;
}

}  // namespace conformance
