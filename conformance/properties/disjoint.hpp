// Whether live buffers share memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "worker/api.hpp"

namespace conformance {

struct LiveBuffer {
  const unsigned char* start;
  Dword bytes;  // that were asked for
};

// That no two of these share memory. `when` ends the text of a failure; it may be empty.
inline void expect_disjoint(Api& api, std::vector<LiveBuffer> buffers, const std::string& when = "") {
  std::sort(buffers.begin(), buffers.end(),
            [](const LiveBuffer& left, const LiveBuffer& right) { return left.start < right.start; });
  for (std::size_t i = 1; i < buffers.size(); ++i) {
    const LiveBuffer &lower = buffers[i - 1], &upper = buffers[i];
    // A buffer of 0 bytes takes its address: Free must know it from all others.
    if (static_cast<std::size_t>(upper.start - lower.start) >= std::max<Dword>(1, lower.bytes)) continue;
    api.run().fail(
        "allocate/disjoint",
        "buffers of " + std::to_string(lower.bytes) + " and " + std::to_string(upper.bytes) + " bytes" + when, "apart",
        lower.start == upper.start ? "the same address" : "overlapping");
  }
  api.run().met("allocate/disjoint");
}

}  // namespace conformance
