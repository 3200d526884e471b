// Calls and answers as bytes: numbers of 32 bits, and strings and images with their length before them. What makes a
// message throws std::bad_alloc if memory is exhausted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "answer.hpp"

namespace apibuf::remote {

using Message = std::vector<std::byte>;

Message get_info_request(std::string_view name, std::uint32_t level);
Message enumerate_request(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                          std::uint32_t resume_handle);

// What the server sends back to any bytes at all.
Message serve(std::span<const std::byte> request);

Message message_of(const Answer& answer);

// Reads an answer from any bytes. Its status is RPC_X_BAD_STUB_DATA if they are not an answer, and
// ERROR_NOT_ENOUGH_MEMORY if there is no memory for the image.
Answer answer_of(std::span<const std::byte> message) noexcept;

}  // namespace apibuf::remote
