// What AAPCS64 reserves, as it came back from a call. The offsets are known to call.S.
#pragma once

#include <cstdint>

namespace conformance {

// The Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64), "General-purpose Registers" and "SIMD and
// Floating-Point registers". Linux reserves nothing more: x18 is a temporary register there.
struct Reserved {
  std::uintptr_t fpcr_before;
  std::uintptr_t fpcr_after;
  std::uintptr_t registers_after[11];  // x29, x19 to x28
  std::uint64_t vectors_after[8];      // the lower halves of v8 to v15; the upper ones belong to the callee
};

}  // namespace conformance
