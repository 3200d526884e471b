// The far end of the two functions: what it answers, whichever way the answer travels. It throws nothing: what catches
// an exception with GCC on Windows needs memory of its own, and ends the process where there is none.
#pragma once

#include <cstdint>

#include "answer.hpp"
#include "text.hpp"

namespace apibuf::remote {

Answer get_info(TextView name, std::uint32_t level) noexcept;

Answer enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                 std::uint32_t resume_handle) noexcept;

}  // namespace apibuf::remote
