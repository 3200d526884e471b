// The far end of the two functions: what it answers, whichever way the answer travels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "text.hpp"

namespace apibuf::remote {

struct Answer {
  std::uint32_t status;
  std::uint32_t entries_read = 0;
  std::uint32_t total_entries = 0;
  std::uint32_t resume_handle = 0;
  std::vector<std::byte> image{};  // see image.hpp; of use with the statuses that come with a buffer only
};

// Whether a status comes with a buffer.
constexpr bool has_buffer(std::uint32_t status) { return status == NERR_Success || status == ERROR_MORE_DATA; }

Answer get_info(TextView name, std::uint32_t level);

Answer enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                 std::uint32_t resume_handle);

}  // namespace apibuf::remote
