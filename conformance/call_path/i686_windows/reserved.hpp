// What the convention of Windows, i686, reserves, as it came back from a call. The offsets are known to call.S.
#pragma once

#include "call_path/x86/control.hpp"

namespace conformance {

struct Reserved {
  X86Control control;
  std::uintptr_t registers_after[4];  // ebp, ebx, esi, edi
};

}  // namespace conformance
