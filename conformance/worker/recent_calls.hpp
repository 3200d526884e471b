// The last calls that a property has made, so that a host can make them again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "worker/function.hpp"
#include "worker/status.hpp"

namespace conformance {

struct RecentCall {
  Function function;
  Dword bytes;                // asked for
  std::uintptr_t given;       // the buffer, or 0
  Dword given_bytes;          // its size, as far as it is known
  std::uintptr_t variable;    // the address of the one for the buffer, or 0
  bool is_aliased;            // the variable held the buffer that was given
  std::uintptr_t stored = 0;  // the buffer, where the call has made one
  bool succeeded = false;
};

// The call with these arguments, which is about to be made.
RecentCall recent_call(Function function, const std::uintptr_t* arguments) noexcept;

// Those of one thread; it takes no memory until it is asked for them.
class RecentCalls {
 public:
  // The call has returned this status.
  void add(RecentCall call, Status status) noexcept;
  bool empty() const { return count_ == 0; }

  // The oldest first, as PROTOCOL.md has them: buffers are numbers, and no addresses.
  nlohmann::ordered_json as_json() const;

 private:
  std::array<RecentCall, 64> calls_;
  std::size_t count_ = 0;  // ever made
};

}  // namespace conformance
