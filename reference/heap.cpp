#include "heap.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "last_error.hpp"
#include "live_map.hpp"

namespace apibuf::heap {
namespace {

// Stands before every buffer. It is as large as malloc's alignment, so the buffer after it is aligned as well.
struct alignas(live_map::granule) Header {
  std::uint32_t byte_count;
};
static_assert(sizeof(Header) == live_map::granule);

Header* header_of(void* buffer) noexcept { return static_cast<Header*>(buffer) - 1; }
const Header* header_of(const void* buffer) noexcept { return static_cast<const Header*>(buffer) - 1; }

// A zero-byte buffer takes one byte, so that no other block contains its address (allocate/disjoint). Where size_t has
// 32 bits the sum can overflow: then it returns SIZE_MAX, which malloc refuses.
std::size_t block_size(std::uint32_t byte_count) noexcept {
  const std::size_t room = std::max(byte_count, std::uint32_t{1});
  return room <= SIZE_MAX - sizeof(Header) ? sizeof(Header) + room : SIZE_MAX;
}

}  // namespace

void* allocate(std::uint32_t byte_count) noexcept {
  const last_error::Keeper keeper;
  void* const block = std::malloc(block_size(byte_count));
  if (block == nullptr) return nullptr;

  void* const buffer = new (block) Header{byte_count} + 1;
  if (live_map::insert(buffer)) return buffer;  // last: from now on other threads may claim it
  std::free(block);
  return nullptr;
}

bool release(void* buffer) noexcept {
  if (!live_map::claim(buffer)) return false;
  const last_error::Keeper keeper;
  // In this order: were the memory given back first, another thread could get this address from malloc and insert it,
  // and our erase would then take that thread's buffer out of the map.
  live_map::erase(buffer);
  std::free(header_of(buffer));
  return true;
}

std::optional<std::uint32_t> size(const void* buffer) noexcept {
  if (!live_map::claim(buffer)) return std::nullopt;
  const std::uint32_t byte_count = header_of(buffer)->byte_count;
  live_map::restore(buffer);
  return byte_count;
}

std::optional<void*> resize(void* old_buffer, std::uint32_t byte_count) noexcept {
  if (!live_map::claim(old_buffer)) return std::nullopt;
  const last_error::Keeper keeper;
  live_map::Reservation reservation;
  if (!reservation) {
    live_map::restore(old_buffer);
    return nullptr;
  }
  live_map::begin_move(old_buffer);
  void* const block = std::realloc(header_of(old_buffer), block_size(byte_count));
  void* const buffer = block != nullptr ? new (block) Header{byte_count} + 1 : old_buffer;
  live_map::end_move(old_buffer, buffer, reservation);
  return block != nullptr ? buffer : nullptr;
}

}  // namespace apibuf::heap
