// The Windows types and statuses that the suite speaks of, the same on every platform. The suite does not use the
// reference's header: the reference is one implementation among others.
#pragma once

#include <cstdint>
#include <string>

namespace conformance {

using Status = std::uint32_t;
using Dword = std::uint32_t;

inline constexpr Status success = 0;
inline constexpr Status not_enough_memory = 8;
inline constexpr Status out_of_memory = 14;
inline constexpr Status not_supported = 50;
inline constexpr Status invalid_parameter = 87;
inline constexpr Status call_not_implemented = 120;
inline constexpr Status more_data = 234;

// "ERROR_INVALID_PARAMETER (87)", or the number alone where it has no name here.
std::string status_text(Status status);

// The status of this name; throws std::invalid_argument where there is none.
Status status_named(const std::string& name);

}  // namespace conformance
