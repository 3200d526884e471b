// The one way to call an implementation.
#pragma once

#include <cstdint>
#include <span>

#include "worker/case_run.hpp"
#include "worker/status.hpp"

namespace conformance {

// What the thread's last error is before a call; no call leaves this value there.
inline constexpr Dword last_error_sentinel = 0x5EA15EA1;

// Too large for registers, so that it is returned in memory. To pack its members into registers takes longer than most
// calls: the processor waits until all of them are stored, and loads them again as one.
struct CallResult {
  Status status;
  alignas(8) Dword last_error;
  alignas(8) bool last_error_kept;
};

inline std::uintptr_t argument(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

// A DWORD as an argument. The upper half of a 64-bit argument register is undefined where the parameter has 32 bits (the
// conventions of x86_64 and AArch64 say so), so it is rubbish here: a callee that declares the parameter wider shows.
inline std::uintptr_t argument(Dword value) { return static_cast<std::uintptr_t>(0xA5A5A5A500000000ULL) | value; }

// The one place where an implementation is called: checks the calling convention and the last error around it. A breach
// is recorded as a failure of abi/calling-convention, and the case goes on to what the call was made for.
CallResult call(CaseRun& run, void* address, const char* function_name, std::span<const std::uintptr_t> arguments);

// As call, for a function that nothing prescribes: returns nullptr and the result, or what the function does in place of
// returning where it is exported only to say, by an exception, that it or its service is not there.
const char* call_if_there(CaseRun& run, void* address, const char* function_name,
                          std::span<const std::uintptr_t> arguments, CallResult& result);

// While it lives, the calls of this thread begin with the errors that a call without memory leaves behind, in errno and
// in the last error.
class AfterRunningOut {
 public:
  AfterRunningOut() noexcept;
  ~AfterRunningOut();
  AfterRunningOut(const AfterRunningOut&) = delete;
  AfterRunningOut& operator=(const AfterRunningOut&) = delete;
};

}  // namespace conformance
