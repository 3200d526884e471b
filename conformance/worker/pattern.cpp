#include "worker/pattern.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace conformance {
namespace {

constexpr std::size_t row_size = 256;

// Within a row of 256 bytes the pattern counts up, so every row is a piece of this.
constexpr auto counting_bytes = [] {
  std::array<unsigned char, 2 * row_size> bytes = {};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i);
  return bytes;
}();

// Calls visit(offset, expected bytes, count) for each row's part of the range, until it returns false.
template <class Visit>
void for_each_row(std::size_t from, std::size_t bytes, unsigned pattern, Visit visit) {
  for (std::size_t i = from; i < from + bytes;) {
    const std::size_t count = std::min(row_size - i % row_size, from + bytes - i);
    if (!visit(i, &counting_bytes[pattern_byte(pattern, i)], count)) return;
    i += count;
  }
}

}  // namespace

void fill_pattern(unsigned char* buffer, std::size_t from, std::size_t bytes, unsigned pattern) {
  for_each_row(from, bytes, pattern, [&](std::size_t i, const unsigned char* row, std::size_t count) {
    std::memcpy(buffer + i, row, count);
    return true;
  });
}

std::optional<std::size_t> first_difference(const unsigned char* buffer, std::size_t from, std::size_t bytes,
                                            unsigned pattern) {
  std::optional<std::size_t> difference;
  for_each_row(from, bytes, pattern, [&](std::size_t i, const unsigned char* row, std::size_t count) {
    if (std::memcmp(buffer + i, row, count) == 0) return true;
    difference = i + static_cast<std::size_t>(std::mismatch(buffer + i, buffer + i + count, row).first - (buffer + i));
    return false;
  });
  return difference;
}

}  // namespace conformance
