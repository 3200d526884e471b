// The last calls that a property has made, so that a host can make them again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "worker/fixed_text.hpp"
#include "worker/function.hpp"
#include "worker/status.hpp"

namespace conformance {

struct RecentCall {
  Function function;
  Dword bytes;              // asked for
  std::uintptr_t given;     // the buffer, or 0
  Dword given_bytes;        // its size, as far as it is known
  std::uintptr_t variable;  // the address of the one for the buffer, or 0
  bool is_aliased;          // the variable held the buffer that was given
  std::uintptr_t stored;    // the buffer, where the call has made one
  bool succeeded;
};

// Those of one thread, the one that is being made included. It takes no memory, since the process may be dying.
class RecentCalls {
 public:
  // A call with these arguments is about to be made.
  void begins(Function function, const std::uintptr_t* arguments) noexcept;
  // The call that began last has returned this status.
  void returned(Status status) noexcept;
  bool empty() const noexcept { return count_ == 0; }

  // Writes them as a JSON array, the oldest first, as PROTOCOL.md has them: buffers are numbers, and no addresses. A call
  // that has not returned has not succeeded.
  void write(FixedText& text) const noexcept;

  static constexpr std::size_t most_calls = 64;
  // The most characters that `write` writes.
  static constexpr std::size_t most_characters = most_calls * 256;

 private:
  std::array<RecentCall, most_calls> calls_;
  std::size_t count_ = 0;  // ever begun
};

}  // namespace conformance
