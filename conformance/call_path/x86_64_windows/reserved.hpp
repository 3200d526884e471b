// What the convention of Windows, x86_64, reserves, as it came back from a call. The offsets are known to call.S.
#pragma once

#include "call_path/x86/control.hpp"

namespace conformance {

struct Reserved {
  X86Control control;
  std::uintptr_t registers_after[8];   // rbp, rbx, rdi, rsi, r12, r13, r14, r15
  std::uint64_t vectors_after[10][2];  // xmm6 to xmm15
};

}  // namespace conformance
