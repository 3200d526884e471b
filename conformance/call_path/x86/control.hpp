// What all conventions of x86 reserve beside registers: the direction flag and the control of floating point.
#pragma once

#include <cstdint>

namespace conformance {

// In the order in which the call.S files store them. The low 32 bits of mxcsr and the low 16 of x87 are stored.
struct X86Control {
  std::uintptr_t flags_after;
  std::uintptr_t mxcsr_before;
  std::uintptr_t mxcsr_after;
  std::uintptr_t x87_before;
  std::uintptr_t x87_after;
};

// The x87 unit as fnstenv stores it; all 0 where its stack was found empty. System V wants the stack empty, and the unit
// not in use for MMX, after a call that returns no floating-point number. Microsoft has no convention for it.
struct X87Environment {
  std::uint32_t words[7] = {};  // the third one holds the tags of the stack
};

}  // namespace conformance
