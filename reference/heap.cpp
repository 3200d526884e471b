#include "heap.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "last_error.hpp"
#include "live_map.hpp"

namespace apibuf::heap {
namespace {

// Lies before every buffer, and is as large as malloc's alignment so that the buffer behind it is aligned as well.
struct alignas(live_map::granule) Header {
  std::uint32_t byte_count;
};
static_assert(sizeof(Header) == live_map::granule);

Header* header_of(void* buffer) noexcept { return static_cast<Header*>(buffer) - 1; }
const Header* header_of(const void* buffer) noexcept { return static_cast<const Header*>(buffer) - 1; }

// The order matters: were the memory given back first, another thread could get this address from malloc and insert it,
// and our erase would then take that thread's buffer out of the map.
void give_back(void* claimed_buffer) noexcept {
  const last_error::Keeper keeper;
  live_map::erase(claimed_buffer);
  std::free(header_of(claimed_buffer));
}

}  // namespace

void* allocate(std::uint32_t byte_count, std::span<const std::byte> contents) noexcept {
  const last_error::Keeper keeper;
  // A zero-byte buffer takes a byte as well, so that its address lies in no other block (allocate/disjoint).
  const std::size_t room = std::max(byte_count, std::uint32_t{1});
  if (room > SIZE_MAX - sizeof(Header)) return nullptr;  // where size_t has 32 bits the sum would wrap
  void* const block = std::malloc(sizeof(Header) + room);
  if (block == nullptr) return nullptr;

  void* const buffer = new (block) Header{byte_count} + 1;
  std::ranges::copy(contents, static_cast<std::byte*>(buffer));
  if (live_map::insert(buffer)) return buffer;  // last: from now on other threads may claim it
  std::free(block);
  return nullptr;
}

bool release(void* buffer) noexcept {
  if (!live_map::claim(buffer)) return false;
  give_back(buffer);
  return true;
}

std::optional<std::uint32_t> size(const void* buffer) noexcept {
  if (!live_map::claim(buffer)) return std::nullopt;
  const std::uint32_t byte_count = header_of(buffer)->byte_count;
  live_map::restore(buffer);
  return byte_count;
}

// Not realloc: it may give the old memory back before the new address is in the map, and where the map has no memory
// for that address nothing could be undone. This way a failure leaves the old buffer alone, and until the outcome is
// known the old buffer stays claimed, so that calls that race with this one wait and see the one state or the other.
std::optional<void*> resize(void* old_buffer, std::uint32_t byte_count) noexcept {
  if (!live_map::claim(old_buffer)) return std::nullopt;
  const std::uint32_t kept = std::min(header_of(old_buffer)->byte_count, byte_count);
  void* const new_buffer = allocate(byte_count, {static_cast<const std::byte*>(old_buffer), kept});
  if (new_buffer != nullptr) {
    give_back(old_buffer);
  } else {
    live_map::restore(old_buffer);
  }
  return new_buffer;
}

}  // namespace apibuf::heap
