// Buffers that know their size, on top of malloc and free. Every function may be called from several threads and with any
// pointer: it dereferences live buffers only. No function changes the last error.
#pragma once

#include <cstdint>
#include <optional>

namespace apibuf::heap {

// Returns a new buffer of byte_count bytes, or nullptr if memory is exhausted.
void* allocate(std::uint32_t byte_count) noexcept;

// Frees the buffer. Returns false if it is not a live buffer.
bool release(void* buffer) noexcept;

// Returns the requested size in bytes, or nullopt if `buffer` is not a live buffer.
std::optional<std::uint32_t> size(const void* buffer) noexcept;

// Returns a buffer of byte_count bytes with the old contents, up to the smaller size, and frees the old buffer.
// Returns nullptr and keeps the old buffer if memory is exhausted; nullopt if `old_buffer` is not a live buffer.
std::optional<void*> resize(void* old_buffer, std::uint32_t byte_count) noexcept;

}  // namespace apibuf::heap
