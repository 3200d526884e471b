// Cuts a JSON text into parts without parsing it: for a file of a hundred cases, of which a process runs one.
//
// Each part is the text of one value, which the caller parses. A text that is not JSON is refused there, or here with
// std::exception. Whatever the parser takes is taken here too, such as a byte order mark and escapes in names.
#pragma once

#include <string_view>
#include <vector>

namespace conformance {

// The text of the value of the object's member of this name. Throws std::invalid_argument where there is none.
std::string_view json_member(std::string_view object, std::string_view name);

// The texts of the array's elements. Throws std::invalid_argument where `array` is not one.
std::vector<std::string_view> json_elements(std::string_view array);

}  // namespace conformance
