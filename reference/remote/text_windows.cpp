#include "text.hpp"

namespace apibuf::remote {
namespace {

// How many characters it becomes. 0 of them is for the system no string but an error, which it reports by 0 too.
int convert(std::string_view utf_8, Character* text, int room) noexcept {
  return MultiByteToWideChar(CP_UTF8, 0, utf_8.data(), static_cast<int>(utf_8.size()), text, room);
}

}  // namespace

std::size_t text_size(std::string_view utf_8) noexcept {
  return sizeof(Character) * (static_cast<std::size_t>(convert(utf_8, nullptr, 0)) + 1);
}

void write_text(std::string_view utf_8, Character* text) noexcept {
  // No character takes more code units in UTF-16 than it takes bytes in UTF-8.
  text[convert(utf_8, text, static_cast<int>(utf_8.size()))] = L'\0';
}

}  // namespace apibuf::remote
