// The Windows types and statuses that the suite speaks of, the same on every platform. The suite does not use the
// reference's header: the reference is one implementation among others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "function_data.hpp"  // generated from vectors/functions.json: named_statuses

namespace conformance {

using Status = std::uint32_t;
using Dword = std::uint32_t;

// The value of a name in vectors/functions.json.
consteval Status value_of(std::string_view name) {
  for (const NamedStatus& named : named_statuses) {
    if (named.name == name) return named.status;
  }
  throw "no status of this name";  // does not compile
}

inline constexpr Status success = value_of("NERR_Success");
inline constexpr Status not_enough_memory = value_of("ERROR_NOT_ENOUGH_MEMORY");
inline constexpr Status out_of_memory = value_of("ERROR_OUTOFMEMORY");
inline constexpr Status not_supported = value_of("ERROR_NOT_SUPPORTED");
inline constexpr Status invalid_parameter = value_of("ERROR_INVALID_PARAMETER");
inline constexpr Status call_not_implemented = value_of("ERROR_CALL_NOT_IMPLEMENTED");
inline constexpr Status more_data = value_of("ERROR_MORE_DATA");

// "ERROR_INVALID_PARAMETER (87)", or the number alone where it has no name here.
std::string status_text(Status status);

// The status of this name; throws std::invalid_argument where there is none.
Status status_named(const std::string& name);

}  // namespace conformance
