// Strings as the interface has them: UTF-16 on Windows, UTF-8 elsewhere. One file for each platform.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "apibuffer_users.h"

namespace apibuf::remote {

using Character = std::remove_cv_t<std::remove_pointer_t<NET_API_STRING>>;
using Text = std::basic_string<Character>;
using TextView = std::basic_string_view<Character>;

// The interface's form of a string in UTF-8.
Text text_of(std::string_view utf_8);

}  // namespace apibuf::remote
