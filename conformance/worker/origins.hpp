// Where the buffers came from that a property has made.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "worker/reliance.hpp"

namespace conformance {

// Of each buffer its origin, without a lock or an allocation: cases use up memory, and let threads meet in the
// implementation. Of two buffers with one place the later is remembered; the other is taken for one that Allocate has made
// in the case's first thread, of which the best known requirements hold, so that nothing is accused for it.
class Origins {
 public:
  void note(const void* buffer, const Origin& origin) noexcept;
  Origin of(const void* buffer) const noexcept;

 private:
  struct Place {
    std::atomic<std::uintptr_t> address;
    std::atomic<unsigned char> origin;
  };

  static std::size_t index(const void* buffer) noexcept;

  std::array<Place, 1 << 16> places_;
};

}  // namespace conformance
