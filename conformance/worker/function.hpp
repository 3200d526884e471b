// The functions under test: their names and their parameters.
#pragma once

#include <span>
#include <string>

namespace conformance {

enum class Function { allocate, free, reallocate, size, netapip_allocate };

inline constexpr Function all_functions[] = {Function::allocate, Function::free, Function::reallocate, Function::size,
                                             Function::netapip_allocate};

struct Parameter {
  const char* name;
  enum Kind { in_pointer, in_dword, out_pointer, out_dword } kind;
};

const char* name_of(Function function);

// The function of this name; throws std::invalid_argument where there is none.
Function function_named(const std::string& name);

// In the order of the C prototype. A function has at most one parameter that takes a pointer, one that takes a number,
// and one that stores.
std::span<const Parameter> parameters_of(Function function);

// The parameter that a function stores to, or nullptr where it has none.
const Parameter* out_parameter_of(Function function);

}  // namespace conformance
