// The sizes and the random numbers that the properties share.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "worker/status.hpp"

namespace conformance {

// Fixed, so that every run makes the same calls.
inline constexpr std::uint32_t seed = 20000217;

class Random {
 public:
  explicit Random(std::uint32_t stream = 0) : engine_(seed + stream) {}

  // A number from 0 to below - 1, the same on every platform (the library's distributions are not).
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((std::uint64_t{static_cast<std::uint32_t>(engine_())} * limit) >> 32);
  }

  // Mostly small, now and then large, as programs ask.
  Dword size(Dword largest) { return below(std::max<Dword>(1, largest >> below(8))); }

 private:
  std::mt19937 engine_;
};

// What must be granted (allocate/capacity).
inline constexpr Dword largest_ordinary = 16 << 20;

// The sizes at which implementations change their mind: around powers of two and pages, up to `largest`.
inline std::vector<Dword> edge_sizes(Dword largest) {
  std::vector<Dword> sizes = {1, 2, 3, 5, 7};
  for (Dword power = 8; power <= largest && power != 0; power *= 2) {
    for (const Dword size : {power - 1, power, power + 1}) {
      if (size <= largest) sizes.push_back(size);
    }
  }
  for (Dword pages = 3; pages <= 17 && pages * 4096 <= largest; pages += 2) sizes.push_back(pages * 4096);
  return sizes;
}

// The edges of size classes between powers of two, which many allocators have: 5, 6 and 7 quarters of a power. The last
// size beyond each is one that a class counted in steps of 64 bytes would still take.
inline std::vector<Dword> class_sizes(Dword largest) {
  std::vector<Dword> sizes;
  for (Dword power = 64; power < largest && power != 0; power *= 2) {
    for (Dword quarters = 5; quarters <= 7; ++quarters) {
      const Dword edge = power / 4 * quarters;
      for (const Dword size : {edge - 1, edge, edge + 1, edge + 63}) {
        if (size <= largest) sizes.push_back(size);
      }
    }
  }
  return sizes;
}

// The same values in an order in which every part holds some of all. `stride` has no divisor in common with their number.
template <class Value>
std::vector<Value> mixed(const std::vector<Value>& values, std::size_t stride) {
  std::vector<Value> result;
  result.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back(values[i * stride % values.size()]);
  return result;
}

}  // namespace conformance
