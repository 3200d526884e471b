// The comparisons that every convention has, for the folders' `breaches_of`.
#pragma once

#include <span>
#include <vector>

#include "call_path/record.hpp"

namespace conformance {

// What the general-purpose registers are loaded with before the call: this + the register's index. The same constant
// stands in the call.S files.
inline constexpr std::uintptr_t register_sentinel = static_cast<std::uintptr_t>(0x5EA15EA15EA15E00ULL);

// "0x1F80".
std::string hexadecimal(std::uintptr_t value);

void check_stack_pointer(const CallRecord& record, std::vector<Breach>& breaches);

// The general-purpose registers as they came back, with their names. The first one is the frame pointer.
void check_registers(const CallRecord& record, std::span<const char* const> names,
                     std::span<const std::uintptr_t> after, std::vector<Breach>& breaches);

}  // namespace conformance
