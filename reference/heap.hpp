// Buffers that know their size, over plain malloc and free. Every function may run at once with every other, takes any
// pointer, and follows none that is not a live buffer. The last error stays as it was.
#pragma once

#include <cstdint>
#include <optional>

namespace apibuf::heap {

// A buffer of byte_count bytes; nullptr where the memory cannot be had.
void* allocate(std::uint32_t byte_count) noexcept;

// Gives the buffer back. False: it is no live buffer.
bool release(void* buffer) noexcept;

// The size in bytes, as it was asked for. Nothing: it is no live buffer.
std::optional<std::uint32_t> size(const void* buffer) noexcept;

// A buffer of byte_count bytes with the old one's contents, up to the smaller of the sizes; the old buffer is given
// back. nullptr: the memory cannot be had, the old buffer stays. Nothing: the old buffer is no live buffer.
std::optional<void*> resize(void* old_buffer, std::uint32_t byte_count) noexcept;

}  // namespace apibuf::heap
