#include <algorithm>

#include "text.hpp"

namespace apibuf::remote {

std::size_t text_size(std::string_view utf_8) noexcept { return utf_8.size() + 1; }

void write_text(std::string_view utf_8, Character* text) noexcept { *std::ranges::copy(utf_8, text).out = '\0'; }

}  // namespace apibuf::remote
