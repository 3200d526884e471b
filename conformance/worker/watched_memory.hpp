// Memory whose every use is seen before it happens: watched_memory_linux.cpp and watched_memory_windows.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace conformance::watched_memory {

// Reserves addresses, which are closed: no memory is there, and every use is seen. nullptr where there are none so many.
unsigned char* reserve(std::uint64_t bytes) noexcept;
void release(unsigned char* start, std::uint64_t bytes) noexcept;

// Of reserved addresses, in whole pages from `start` on: what is opened to read is still closed to writing, and keeps what
// was written while it was open to both. What is closed loses it.
void close(unsigned char* start, std::size_t bytes);
void open_to_read(unsigned char* start, std::size_t bytes);
void open_to_read_and_write(unsigned char* start, std::size_t bytes);

// Calls `activity`. Before it uses an address that is closed to it, `use` is called with that address. After `use` has
// returned true the activity goes on, and uses it once more; false says that the address is none of its, and the process
// dies as it would have. What `use` throws leaves this function; frames of the activity are then left without running
// their destructors. Not for two activities at once, nor for uses by another thread or within a system call.
void watch(const std::function<void()>& activity, const std::function<bool(unsigned char* address)>& use);

}  // namespace conformance::watched_memory
