// The functions under test: their names and their parameters, from vectors/functions.json.
#pragma once

#include <span>
#include <string>

#include "function_data.hpp"  // generated: Function, Parameter, signatures

namespace conformance {

const char* name_of(Function function);

// Its id in vectors/functions.json.
const char* id_of(Function function);

// The function of this name; throws std::invalid_argument where there is none.
Function function_named(const std::string& name);

// In the order of the C prototype. A function has at most one parameter that takes a pointer, one that takes a number,
// and one that stores.
std::span<const Parameter> parameters_of(Function function);

// The parameter that a function stores to, or nullptr where it has none.
const Parameter* out_parameter_of(Function function);

}  // namespace conformance
