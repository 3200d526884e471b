// System calls that a signal may interrupt.
#pragma once

#include <cerrno>

namespace conformance::platform {

// A system call, made again where a signal interrupted it: the implementation may have handlers of its own, without
// SA_RESTART too. Returns what the call returned, with its error in errno.
template <class SystemCall>
auto uninterrupted(SystemCall system_call) noexcept {
  for (;;) {
    const auto result = system_call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace conformance::platform
