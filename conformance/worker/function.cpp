#include "worker/function.hpp"

#include <stdexcept>

namespace conformance {
namespace {

const Signature& signature_of(Function function) { return signatures[static_cast<std::size_t>(function)]; }

}  // namespace

const char* name_of(Function function) { return signature_of(function).name; }

const char* id_of(Function function) { return signature_of(function).id; }

Function function_named(const std::string& name) {
  for (const Signature& signature : signatures) {
    if (name == signature.name) return signature.function;
  }
  throw std::invalid_argument("no function is called " + name);
}

std::span<const Parameter> parameters_of(Function function) { return signature_of(function).parameters; }

const Parameter* out_parameter_of(Function function) {
  for (const Parameter& parameter : parameters_of(function)) {
    if (parameter.kind == Parameter::out_pointer || parameter.kind == Parameter::out_dword) return &parameter;
  }
  return nullptr;
}

}  // namespace conformance
