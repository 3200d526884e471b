// The near end of the two functions: what becomes of a reply.
#pragma once

#include <cstdint>

#include "transport.hpp"

namespace apibuf::remote {

// Makes the caller's buffer of a reply to a question for this level, and returns the reply's status. Where the reply
// makes no sense it is RPC_X_BAD_STUB_DATA; where there is no buffer, reply.image is empty.
std::uint32_t accept(Reply& reply, std::uint32_t level) noexcept;

}  // namespace apibuf::remote
