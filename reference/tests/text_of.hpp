// Strings in the interface's form, for comparing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "remote/text.hpp"

using Text = std::basic_string<apibuf::remote::Character>;

inline Text text_of(std::string_view utf_8) {
  Text text(apibuf::remote::text_size(utf_8) / sizeof(apibuf::remote::Character), 0);
  apibuf::remote::write_text(utf_8, text.data());
  text.pop_back();
  return text;
}
