#include "worker/origins.hpp"

namespace conformance {
namespace {

enum : unsigned char { zero_sized = 1, reallocated = 2, of_another_thread = 4 };

}  // namespace

std::size_t Origins::index(const void* buffer) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(buffer);
  return (address >> 4 ^ address >> 20) % std::tuple_size_v<decltype(places_)>;
}

void Origins::note(const void* buffer, const Origin& origin) noexcept {
  Place& place = places_[index(buffer)];
  unsigned char bits = origin.is_zero_sized ? zero_sized : 0;
  if (origin.is_reallocated) bits |= reallocated;
  if (origin.is_of_another_thread) bits |= of_another_thread;
  place.origin.store(bits, std::memory_order_relaxed);
  place.address.store(reinterpret_cast<std::uintptr_t>(buffer), std::memory_order_relaxed);
}

Origin Origins::of(const void* buffer) const noexcept {
  const Place& place = places_[index(buffer)];
  Origin origin = {.is_null = buffer == nullptr};
  if (place.address.load(std::memory_order_relaxed) != reinterpret_cast<std::uintptr_t>(buffer)) return origin;
  const unsigned char bits = place.origin.load(std::memory_order_relaxed);
  origin.is_zero_sized = (bits & zero_sized) != 0;
  origin.is_reallocated = origin.has_grown = (bits & reallocated) != 0;
  origin.is_of_another_thread = (bits & of_another_thread) != 0;
  return origin;
}

}  // namespace conformance
