#include "worker/memory_limit.hpp"

#include "worker/platform.hpp"
#include "worker/stream.hpp"

namespace conformance {
namespace {

bool limited_by_host(std::uint64_t further_bytes) {
  if (!stream::is_open()) return false;
  stream::send("limit-memory", {{"further_bytes", further_bytes}});
  return platform::read_channel_line() == "yes";
}

}  // namespace

MemoryLimit::MemoryLimit(CaseRun& run, std::uint64_t further_bytes) {
  if (platform::has_address_sanitizer()) run.unsupported("an address sanitizer ends the process where memory runs out");
  if (!platform::limit_memory(further_bytes) && !limited_by_host(further_bytes)) {
    platform::lift_memory_limit();
    run.not_run("the memory of this process cannot be limited while it runs");
  }
}

MemoryLimit::~MemoryLimit() { platform::lift_memory_limit(); }

}  // namespace conformance
