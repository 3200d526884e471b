#include "worker/watched_memory.hpp"

namespace conformance::watched_memory {

// A worker for Windows starts no connectors, which is what this is for.
unsigned char* reserve(std::uint64_t) noexcept { return nullptr; }
void release(unsigned char*, std::uint64_t) noexcept {}
void close(unsigned char*, std::size_t) {}
void open_to_read(unsigned char*, std::size_t) {}
void open_to_read_and_write(unsigned char*, std::size_t) {}
void watch(const std::function<void()>& activity, const std::function<bool(unsigned char*)>&) { activity(); }

}  // namespace conformance::watched_memory
