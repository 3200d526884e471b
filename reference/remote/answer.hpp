// An answer of the server, as it is sent and as it arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "apibuffer_users.h"

namespace apibuf::remote {

struct GiveBack {
  void operator()(std::byte* buffer) const noexcept { MIDL_user_free(buffer); }
};

// The image (image.hpp) is in a buffer of MIDL_user_allocate, on the server and on the client.
struct Answer {
  std::uint32_t status;
  std::uint32_t entries_read = 0;
  std::uint32_t total_entries = 0;
  std::uint32_t resume_handle = 0;
  std::uint32_t image_size = 0;
  std::unique_ptr<std::byte, GiveBack> image{};

  // False: the memory cannot be had.
  bool allocate_image(std::size_t size) noexcept {
    image.reset(static_cast<std::byte*>(MIDL_user_allocate(size)));
    image_size = static_cast<std::uint32_t>(size);
    return image != nullptr;
  }
};

// Whether a status comes with an image.
constexpr bool has_image(std::uint32_t status) { return status == NERR_Success || status == ERROR_MORE_DATA; }

}  // namespace apibuf::remote
