// Carries the calls to the server and the answers back. One file for each platform: the RPC run-time on Windows, bytes
// within the process elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "text.hpp"

namespace apibuf::remote {

struct GiveBack {
  void operator()(std::byte* buffer) const noexcept { MIDL_user_free(buffer); }
};

// An answer as it arrived: its image, if it has one, lies in a buffer of MIDL_user_allocate. Nothing in it is checked.
struct Reply {
  std::uint32_t status;
  std::uint32_t entries_read = 0;
  std::uint32_t total_entries = 0;
  std::uint32_t resume_handle = 0;
  std::uint32_t image_size = 0;
  std::unique_ptr<std::byte, GiveBack> image{};
};

Reply call_get_info(const Character* name, std::uint32_t level);

Reply call_enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                     std::uint32_t resume_handle);

}  // namespace apibuf::remote
