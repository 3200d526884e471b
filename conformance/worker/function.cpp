#include "worker/function.hpp"

#include <stdexcept>

namespace conformance {
namespace {

constexpr Parameter allocate_parameters[] = {{"ByteCount", Parameter::in_dword}, {"Buffer", Parameter::out_pointer}};
constexpr Parameter free_parameters[] = {{"Buffer", Parameter::in_pointer}};
constexpr Parameter reallocate_parameters[] = {
    {"OldBuffer", Parameter::in_pointer}, {"NewByteCount", Parameter::in_dword}, {"NewBuffer", Parameter::out_pointer}};
constexpr Parameter size_parameters[] = {{"Buffer", Parameter::in_pointer}, {"ByteCount", Parameter::out_dword}};

struct Signature {
  const char* name;
  std::span<const Parameter> parameters;
};

// In the order of Function.
constexpr Signature signatures[] = {
    {"NetApiBufferAllocate", allocate_parameters},     {"NetApiBufferFree", free_parameters},
    {"NetApiBufferReallocate", reallocate_parameters}, {"NetApiBufferSize", size_parameters},
    {"NetapipBufferAllocate", allocate_parameters},
};

const Signature& signature_of(Function function) { return signatures[static_cast<std::size_t>(function)]; }

}  // namespace

const char* name_of(Function function) { return signature_of(function).name; }

Function function_named(const std::string& name) {
  for (const Function function : all_functions) {
    if (name == name_of(function)) return function;
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
