// Where the buffers came from that a property has made.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "worker/reliance.hpp"

namespace conformance {

// Of each buffer its origin, without a lock or an allocation: cases use up memory, and let threads meet in the
// implementation. Of two buffers with one place the later is remembered; the other is taken for one that Allocate has made
// in the case's first thread, of which the best known requirements hold, so that nothing is accused for it.
class Origins {
 public:
  void note(const void* buffer, const Origin& origin) noexcept {
    Place& place = places_[index(buffer)];
    unsigned char bits = origin.is_zero_sized ? zero_sized : 0;
    if (origin.is_reallocated) bits |= reallocated;
    if (origin.is_of_another_thread) bits |= of_another_thread;
    place.origin.store(bits, std::memory_order_relaxed);
    place.address.store(reinterpret_cast<std::uintptr_t>(buffer), std::memory_order_relaxed);
  }

  Origin of(const void* buffer) const noexcept {
    const Place& place = places_[index(buffer)];
    Origin origin = {.is_null = buffer == nullptr};
    if (place.address.load(std::memory_order_relaxed) != reinterpret_cast<std::uintptr_t>(buffer)) return origin;
    const unsigned char bits = place.origin.load(std::memory_order_relaxed);
    origin.is_zero_sized = (bits & zero_sized) != 0;
    origin.is_reallocated = origin.has_grown = (bits & reallocated) != 0;
    origin.is_of_another_thread = (bits & of_another_thread) != 0;
    return origin;
  }

 private:
  enum : unsigned char { zero_sized = 1, reallocated = 2, of_another_thread = 4 };

  struct Place {
    std::atomic<std::uintptr_t> address;
    std::atomic<unsigned char> origin;
  };

  static std::size_t index(const void* buffer) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(buffer);
    return (address >> 4 ^ address >> 20) % std::tuple_size_v<decltype(places_)>;
  }

  std::array<Place, 1 << 16> places_;
};

}  // namespace conformance
