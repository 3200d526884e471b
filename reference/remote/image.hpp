// A caller's buffer as it travels: the structures first, the strings behind them, and in place of every pointer the
// offset of its string in the buffer. The receiver turns the offsets into pointers where they lie, so that one
// allocation holds everything. Sender and receiver are one process: they agree in the layout of a structure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "apibuffer_users.h"

namespace apibuf::remote {

// What has to be known of a level's structure: its size, and where in it the pointers to strings are.
struct Layout {
  std::size_t entry_size;
  std::span<const std::size_t> string_offsets;
};

// Returns nullptr if the level does not exist.
const Layout* layout_of(std::uint32_t level) noexcept;

// A structure whose pointers are still to be filled in, and its strings in UTF-8, in the order of
// Layout::string_offsets. There is room for those of any level.
struct Entry {
  std::array<std::byte, sizeof(USER_INFO_1)> structure{};
  std::array<std::optional<std::string_view>, 5> strings{};  // nothing: the pointer is NULL
};

// How many bytes of an image the entry takes.
std::size_t byte_count(const Layout& layout, const Entry& entry) noexcept;

// Writes an image of so many entries into memory that has room for them.
class ImageWriter {
 public:
  ImageWriter(const Layout& layout, std::uint32_t entry_count, std::byte* image) noexcept
      : layout_(layout), image_(image), end_(entry_count * layout.entry_size) {}

  void add(const Entry& entry) noexcept;

 private:
  const Layout& layout_;
  std::byte* const image_;
  std::size_t next_entry_ = 0;  // as offsets, both
  std::size_t end_;
};

// Turns the offsets of an image into pointers. Returns false if it is not a valid image of so many entries.
bool relocate(const Layout& layout, std::uint32_t entry_count, std::span<std::byte> image) noexcept;

}  // namespace apibuf::remote
