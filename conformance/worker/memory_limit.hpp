// A process that runs out of memory on purpose.
#pragma once

#include <cstdint>

#include "worker/case_run.hpp"

namespace conformance {

// While it lives, the process can have only about `further_bytes` more memory than it has. The case is not run where
// neither the platform nor the host can do that. What happens meanwhile must not allocate more than a few bytes, so
// nothing is judged until the limit is lifted.
class MemoryLimit {
 public:
  MemoryLimit(CaseRun& run, std::uint64_t further_bytes);
  ~MemoryLimit();
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

  // Whether one is set just now.
  static bool is_set() noexcept;
};

}  // namespace conformance
