// What the worker asks of the Linux below Wine, where Wine accepts something and does not do it.
#pragma once

#include <cstdint>

namespace conformance::platform::below_wine {

// Limits the private memory that this process can write to, to about this much more than it has now. That is the memory
// that Windows counts as committed. False where it is not limited: this is Windows itself, the system below Wine is
// another one, or Wine takes every system call for one of Windows. What is accepted here may still not be kept.
bool limit_memory(std::uint64_t further_bytes) noexcept;

// Lifts the limit that limit_memory has set, if it has set one.
void lift_memory_limit() noexcept;

}  // namespace conformance::platform::below_wine
