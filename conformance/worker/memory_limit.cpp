#include "worker/memory_limit.hpp"

#include <atomic>

#include "worker/platform.hpp"
#include "worker/stream.hpp"

namespace conformance {
namespace {

std::atomic<bool> is_memory_limited = false;

bool limited_by_host(std::uint64_t further_bytes) {
  if (!platform::host_can_limit_memory || !stream::is_open()) return false;
  stream::send("limit-memory", {{"further_bytes", further_bytes}});
  return platform::read_channel_line() == "yes";
}

// A stack grows as it is used, and with memory limited it cannot: a call must not be blamed for that. So most of the
// smallest stack that a thread has on any platform, 1 MiB, is used before.
void grow_stack() {
  volatile char stack[768 << 10];
  for (std::size_t i = sizeof stack; i > 0; i -= 1024) stack[i - 1] = 0;
}

}  // namespace

MemoryLimit::MemoryLimit(CaseRun& run, std::uint64_t further_bytes) {
  if (platform::has_address_sanitizer()) run.unsupported("an address sanitizer ends the process where memory runs out");
  grow_stack();
  if (!platform::limit_memory(further_bytes) && !limited_by_host(further_bytes)) {
    platform::lift_memory_limit();
    run.not_run(platform::host_can_limit_memory ? "the memory of this process cannot be limited while it runs"
                                                : "the emulator that this process runs in does not limit its memory");
  }
  is_memory_limited.store(true, std::memory_order_relaxed);
}

MemoryLimit::~MemoryLimit() {
  is_memory_limited.store(false, std::memory_order_relaxed);
  platform::lift_memory_limit();
}

bool MemoryLimit::is_set() noexcept { return is_memory_limited.load(std::memory_order_relaxed); }

}  // namespace conformance
