// Which addresses are live buffers: a table indexed by the address, so that a pointer is judged without following it.
#pragma once

#include <cstddef>

namespace apibuf::live_map {

// Live buffers lie at multiples of this many bytes: malloc's alignment, and the platform's (allocate/aligned-natural).
constexpr std::size_t granule = 2 * sizeof(void*);

// Makes the address live. False: the address is no multiple of the granule or beyond the map, or the map's own memory
// cannot be had. The address must not be in the map; whoever owns the memory behind it sees to that.
bool insert(const void* address) noexcept;

// Waits until no other thread has claimed the address, and claims it. False: it is not live. Whoever has claimed an
// address owns the memory behind it, and must soon call restore or erase.
bool claim(const void* address) noexcept;

// Makes a claimed address live again.
void restore(const void* address) noexcept;

// Takes a claimed address out of the map.
void erase(const void* address) noexcept;

}  // namespace apibuf::live_map
