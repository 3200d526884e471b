// Carries the calls to the server and the answers back. One file for each platform: the RPC run-time on Windows, bytes
// within the process elsewhere. Nothing in an answer is checked.
#pragma once

#include <cstdint>

#include "answer.hpp"
#include "text.hpp"

namespace apibuf::remote {

Answer call_get_info(const Character* name, std::uint32_t level) noexcept;

Answer call_enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                      std::uint32_t resume_handle) noexcept;

}  // namespace apibuf::remote
