// The bytes that vectors and properties write into buffers (vectors/README.md has the formula).
#pragma once

#include <cstddef>
#include <optional>

namespace conformance {

inline unsigned char pattern_byte(unsigned pattern, std::size_t i) {
  return static_cast<unsigned char>(151 * pattern + i + 13 * (i >> 8) + 7 * (i >> 16));
}

// Writes the pattern to the bytes from … from + bytes - 1 of the buffer.
void fill_pattern(unsigned char* buffer, std::size_t from, std::size_t bytes, unsigned pattern);

// The first of these bytes that is not the pattern's, if there is one.
std::optional<std::size_t> first_difference(const unsigned char* buffer, std::size_t from, std::size_t bytes,
                                            unsigned pattern);

}  // namespace conformance
