// What the convention of System V, i686, reserves, as it came back from a call. The offsets are known to call.S.
#pragma once

#include "call_path/x86/control.hpp"

namespace conformance {

struct Reserved {
  X86Control control;
  std::uintptr_t registers_after[4];  // ebp, ebx, esi, edi
  X87Environment x87_environment_after;
};

}  // namespace conformance
