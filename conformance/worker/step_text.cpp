#include "worker/step_text.hpp"

namespace conformance {
namespace {

std::string amount_text(const Amount& amount) {
  const Dword* const number = std::get_if<Dword>(&amount);
  return number != nullptr ? std::to_string(*number) : std::get<Variable>(amount).text();
}

std::string pointer_text(const PointerArgument& pointer) {
  return std::visit(
      Overloaded{
          [](Null) -> std::string { return "NULL"; },
          [](Variable variable) { return variable.text(); },
          [](const Freed& freed) { return "the freed " + freed.variable.text(); },
          [](const Inside& inside) { return inside.variable.text() + " + " + std::to_string(inside.offset); },
          [](Foreign foreign) -> std::string {
            switch (foreign) {
              case Foreign::of_stack: return "foreign stack memory";
              case Foreign::of_static: return "foreign static memory";
              case Foreign::of_heap: return "foreign heap memory";
              case Foreign::unmapped: return "an unmapped address";
            }
            return "";
          },
      },
      pointer);
}

std::string held_text(const std::variant<Null, Dword, Variable>& held) {
  return std::visit(Overloaded{
                        [](Null) -> std::string { return "NULL"; },
                        [](Dword number) { return std::to_string(number); },
                        [](Variable variable) { return variable.text(); },
                    },
                    held);
}

std::string argument_text(const Parameter& parameter, const Call& call) {
  if (parameter.kind == Parameter::in_pointer) return pointer_text(call.pointer);
  if (parameter.kind == Parameter::in_dword) return amount_text(call.bytes);
  if (!call.out) return "NULL";
  return "&" + call.out->text() + (call.variable_holds ? " holding " + held_text(*call.variable_holds) : "");
}

std::string text_of(const Call& call) {
  std::string text = call.is_of_netutils ? "netutils!" : "";
  text += name_of(call.function);
  const char* separator = "(";
  for (const Parameter& parameter : parameters_of(call.function)) {
    text += separator;
    text += std::string(parameter.name) + "=" + argument_text(parameter, call);
    separator = ", ";
  }
  return text + ")";
}

std::string bytes_text(const Range& range) {
  const std::string count = amount_text(range.bytes) + " bytes";
  return range.from ? count + " from byte " + amount_text(*range.from) : count;
}

std::string text_of(const Disjoint& disjoint) {
  std::string text;
  for (const Range& range : disjoint.ranges) {
    text += (text.empty() ? "" : ", ") + range.buffer.text() + " (" + bytes_text(range) + ")";
  }
  return text + " do not overlap";
}

std::string text_of(const Aligned& aligned) {
  const std::string to =
      aligned.bytes ? "aligned to " + std::to_string(*aligned.bytes) + " bytes" : "naturally aligned";
  return aligned.buffer.text() + " is " + to;
}

std::string text_of(const Fill& fill) {
  return "write pattern " + std::to_string(fill.pattern) + " to " + fill.range.buffer.text() + ", " +
         bytes_text(fill.range);
}

std::string text_of(const Check& check) {
  return check.range.buffer.text() + " holds pattern " + std::to_string(check.pattern) + ", " + bytes_text(check.range);
}

std::string text_of(const Inspect& inspect) {
  return "look at " + inspect.range.buffer.text() + ", " + bytes_text(inspect.range);
}

std::string text_of(const Exported& exported) { return std::string(name_of(exported.function)) + " is exported"; }

}  // namespace

std::string step_text(const Step& step) {
  return std::visit([](const auto& action) { return text_of(action); }, step.action);
}

}  // namespace conformance
