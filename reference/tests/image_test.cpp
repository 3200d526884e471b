// Images of buffers: every offset that leads out of the strings is found before it is followed.
#include "remote/image.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "text_of.hpp"

namespace {

using apibuf::remote::Character;
using apibuf::remote::Entry;
using apibuf::remote::ImageWriter;
using apibuf::remote::Layout;
using apibuf::remote::layout_of;
using apibuf::remote::relocate;
using Image = std::vector<std::byte>;

const Layout& layout = *layout_of(0);
constexpr std::uintptr_t character_size = sizeof(Character);

// Two users: "ab", and one whose name is NULL.
Image image_of_two() {
  const Entry named{.strings = {"ab"}}, nameless;
  Image image(byte_count(layout, named) + byte_count(layout, nameless));
  ImageWriter writer(layout, 2, image.data());
  writer.add(named);
  writer.add(nameless);
  return image;
}

void set_offset(Image& image, std::uintptr_t offset) { std::memcpy(image.data(), &offset, sizeof offset); }

// Image in memory of exactly its size, so that the address sanitizer sees what leaves it.
bool is_accepted(std::uint32_t entry_count, const Image& image) {
  Image copy(image.begin(), image.end());
  return relocate(layout, entry_count, copy);
}

}  // namespace

TEST_CASE("the offsets of an image become pointers to the strings in it, and NULL stays NULL") {
  Image image = image_of_two();
  REQUIRE(image.size() == 2 * layout.entry_size + 3 * character_size);
  REQUIRE(relocate(layout, 2, image));
  const auto* const infos = reinterpret_cast<const USER_INFO_0*>(image.data());
  CHECK(static_cast<const void*>(infos[0].usri0_name) == image.data() + 2 * layout.entry_size);
  CHECK(Text(infos[0].usri0_name) == text_of("ab"));
  CHECK(infos[1].usri0_name == nullptr);
}

TEST_CASE("nothing is an image of no entries") {
  CHECK(is_accepted(0, {}));
  CHECK_FALSE(is_accepted(1, {}));
}

TEST_CASE("an offset is refused unless a string starts there") {
  Image image = image_of_two();
  const std::uintptr_t start = 2 * layout.entry_size, end = image.size();
  for (std::uintptr_t offset = 1; offset < end + 64; ++offset) {
    CAPTURE(offset);
    set_offset(image, offset);
    CHECK(is_accepted(2, image) == (offset >= start && offset < end && offset % character_size == 0));
  }
  for (const std::uintptr_t offset : {~std::uintptr_t{0}, ~std::uintptr_t{0} - 1, ~std::uintptr_t{0} / 2 + 1}) {
    set_offset(image, offset);
    CHECK_FALSE(is_accepted(2, image));
  }
}

TEST_CASE("strings are refused without a terminator, and where they are no whole characters") {
  Image image = image_of_two();
  image.back() = std::byte{1};
  CHECK_FALSE(is_accepted(2, image));
  image = image_of_two();
  for (std::size_t missing = 1; missing <= image.size(); ++missing) {
    CAPTURE(missing);
    CHECK_FALSE(is_accepted(2, Image(image.begin(), image.end() - static_cast<std::ptrdiff_t>(missing))));
  }
  if (character_size > 1) {
    image.push_back(std::byte{0});
    CHECK_FALSE(is_accepted(2, image));
  }
}

TEST_CASE("more entries than fit are refused, however the product wraps") {
  const Image image = image_of_two();
  CHECK(is_accepted(1, image));
  for (std::uint32_t count = 3; count < 100; ++count) CHECK_FALSE(is_accepted(count, image));
  for (const std::uint32_t count : {0xFFFFFFFFu, 0x80000000u, 0x40000000u, 0x20000000u, 0x10000000u}) {
    CAPTURE(count);
    CHECK_FALSE(is_accepted(count, image));
  }
}
