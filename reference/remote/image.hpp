// A caller's buffer as it travels: the structures first, the strings behind them, and in place of every pointer the
// offset of its string in the buffer. The receiver turns the offsets into pointers where they lie, so that one
// allocation holds everything. Sender and receiver are one process: they agree in the layout of a structure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "text.hpp"

namespace apibuf::remote {

// What has to be known of a level's structure: its size, and where in it the pointers to strings are.
struct Layout {
  std::size_t entry_size;
  std::span<const std::size_t> string_offsets;
};

// nullptr: there is no such level.
const Layout* layout_of(std::uint32_t level) noexcept;

// A structure whose pointers are still to be filled in, and its strings in the order of Layout::string_offsets.
struct Entry {
  std::vector<std::byte> structure;
  std::vector<std::optional<Text>> strings;  // nothing: the pointer is NULL
};

// How many bytes of an image the entry takes.
std::size_t byte_count(const Entry& entry);

// The entries' image. All of them have this layout.
std::vector<std::byte> image_of(const Layout& layout, std::span<const Entry> entries);

// Turns the offsets of an image into pointers. False: it is no image of so many entries; what is in it is then of no use.
bool relocate(const Layout& layout, std::uint32_t entry_count, std::span<std::byte> image) noexcept;

}  // namespace apibuf::remote
