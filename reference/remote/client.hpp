// The near end of the two functions: what becomes of an answer.
#pragma once

#include <cstdint>

#include "answer.hpp"

namespace apibuf::remote {

// Makes the caller's buffer of the image of an answer for this level. An answer that makes no sense becomes one of
// RPC_X_BAD_STUB_DATA without an image.
void accept(Answer& answer, std::uint32_t level) noexcept;

// The same for an answer that has at most one user.
void accept_one(Answer& answer, std::uint32_t level) noexcept;

}  // namespace apibuf::remote
