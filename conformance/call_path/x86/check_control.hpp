// The comparisons that all conventions of x86 have.
#pragma once

#include <vector>

#include "call_path/checks.hpp"
#include "call_path/x86/control.hpp"

namespace conformance {

inline constexpr std::uintptr_t direction_flag = 0x400;
inline constexpr std::uintptr_t mxcsr_control = 0xFFC0;  // the lower six bits are status, which a callee may change
inline constexpr std::uintptr_t x87_control = 0xFFFF;    // what fnstcw stores
inline constexpr std::uint32_t all_x87_registers_empty = 0xFFFF;  // two tag bits for each

inline void check_x86_control(const X86Control& control, std::vector<Breach>& breaches) {
  if ((control.flags_after & direction_flag) != 0) breaches.push_back({"direction flag", "clear", "set"});
  const std::uintptr_t mxcsr_before = control.mxcsr_before & mxcsr_control;
  const std::uintptr_t mxcsr_after = control.mxcsr_after & mxcsr_control;
  if (mxcsr_after != mxcsr_before) {
    breaches.push_back({"MXCSR control bits", hexadecimal(mxcsr_before), hexadecimal(mxcsr_after)});
  }
  const std::uintptr_t x87_before = control.x87_before & x87_control;
  const std::uintptr_t x87_after = control.x87_after & x87_control;
  if (x87_after != x87_before) {
    breaches.push_back({"x87 control word", hexadecimal(x87_before), hexadecimal(x87_after)});
  }
}

inline void check_x87_stack(const X87Environment& environment, std::vector<Breach>& breaches) {
  const bool was_asked = environment.words[0] != 0;
  const std::uint32_t tags = environment.words[2] & all_x87_registers_empty;
  if (was_asked && tags != all_x87_registers_empty) {
    breaches.push_back({"x87 stack", "empty, and not in use for MMX", "tags " + hexadecimal(tags)});
  }
}

}  // namespace conformance
