#include "image.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "text.hpp"

namespace apibuf::remote {
namespace {

constexpr std::array info_0_strings = {offsetof(USER_INFO_0, usri0_name)};
constexpr std::array info_1_strings = {offsetof(USER_INFO_1, usri1_name), offsetof(USER_INFO_1, usri1_password),
                                       offsetof(USER_INFO_1, usri1_home_dir), offsetof(USER_INFO_1, usri1_comment),
                                       offsetof(USER_INFO_1, usri1_script_path)};

constexpr std::array layouts = {Layout{sizeof(USER_INFO_0), info_0_strings},
                                Layout{sizeof(USER_INFO_1), info_1_strings}};

// Whether every string that starts in these bytes also ends in them.
bool are_strings(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < sizeof(Character) || bytes.size() % sizeof(Character) != 0) return false;
  return std::ranges::all_of(bytes.last(sizeof(Character)), [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

const Layout* layout_of(std::uint32_t level) noexcept { return level < layouts.size() ? &layouts[level] : nullptr; }

std::size_t byte_count(const Layout& layout, const Entry& entry) noexcept {
  std::size_t sum = layout.entry_size;
  for (const std::optional<std::string_view>& string : entry.strings) sum += string ? text_size(*string) : 0;
  return sum;
}

void ImageWriter::add(const Entry& entry) noexcept {
  std::byte* const structure = image_ + next_entry_;
  std::ranges::copy_n(entry.structure.data(), static_cast<std::ptrdiff_t>(layout_.entry_size), structure);
  for (std::size_t number = 0; number < layout_.string_offsets.size(); ++number) {
    const std::optional<std::string_view>& string = entry.strings[number];
    const std::uintptr_t offset = string ? end_ : 0;
    std::memcpy(structure + layout_.string_offsets[number], &offset, sizeof offset);
    if (!string) continue;
    write_text(*string, reinterpret_cast<Character*>(image_ + end_));
    end_ += text_size(*string);
  }
  next_entry_ += layout_.entry_size;
}

bool relocate(const Layout& layout, std::uint32_t entry_count, std::span<std::byte> image) noexcept {
  if (entry_count > image.size() / layout.entry_size) return false;  // the product could wrap
  const std::size_t strings_start = entry_count * layout.entry_size;
  const bool has_strings = are_strings(image.subspan(strings_start));
  for (std::size_t start = 0; start < strings_start; start += layout.entry_size) {
    for (const std::size_t string_offset : layout.string_offsets) {
      std::byte* const member = &image[start + string_offset];
      std::uintptr_t offset;
      std::memcpy(&offset, member, sizeof offset);
      if (offset == 0) continue;  // NULL, of which all bytes are zero already
      if (!has_strings || offset < strings_start || offset >= image.size() || offset % sizeof(Character) != 0) {
        return false;
      }
      const std::byte* const string = &image[offset];
      std::memcpy(member, &string, sizeof string);
    }
  }
  return true;
}

}  // namespace apibuf::remote
