// The comparisons that every convention has, for the folders' `breaches_of`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "call_path/record.hpp"

namespace conformance {

// What the general-purpose registers are loaded with before the call: this + the register's index. The same constant
// stands in the call.S files.
inline constexpr std::uintptr_t register_sentinel = static_cast<std::uintptr_t>(0x5EA15EA15EA15E00ULL);

// "0x1F80".
std::string hexadecimal(std::uintptr_t value);

inline void check_stack_pointer(const CallRecord& record, std::vector<Breach>& breaches) {
  if (record.stack_after == record.stack_before) return;
  const auto bytes = static_cast<std::intptr_t>(record.stack_after - record.stack_before);
  breaches.push_back({"stack pointer", "balanced", "off by " + std::to_string(bytes) + " bytes"});
}

// The general-purpose registers as they came back, with their names. The first one is the frame pointer.
inline void check_registers(const CallRecord& record, std::span<const char* const> names,
                            std::span<const std::uintptr_t> after, std::vector<Breach>& breaches) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::uintptr_t expected = i == 0 ? record.frame : register_sentinel + i;
    if (after[i] != expected) breaches.push_back({names[i], "as before the call", "changed"});
  }
}

}  // namespace conformance
