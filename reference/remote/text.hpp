// Strings as the interface has them: UTF-16 on Windows, UTF-8 elsewhere. One file for each platform. Nothing here needs
// memory or fails.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "apibuffer_users.h"

namespace apibuf::remote {

using Character = std::remove_cv_t<std::remove_pointer_t<NET_API_STRING>>;
using TextView = std::basic_string_view<Character>;

// How many bytes a string in UTF-8 takes in the interface's form, its terminator included.
std::size_t text_size(std::string_view utf_8) noexcept;

// Writes that many bytes.
void write_text(std::string_view utf_8, Character* text) noexcept;

}  // namespace apibuf::remote
