// Cuts a JSON text into parts without parsing it: for a file of a hundred cases, of which a process runs one.
//
// What is cut out is the text of one value, to be parsed where it is needed. Texts that are no JSON are noticed then, or
// here by std::invalid_argument; no part reaches beyond the text.
#pragma once

#include <string_view>
#include <vector>

namespace conformance {

// The text of a member's value. `object` begins with the object. Throws std::invalid_argument where there is no such member.
std::string_view json_member(std::string_view object, std::string_view name);

// The texts of the elements. `array` begins with the array. Throws std::invalid_argument where it does not.
std::vector<std::string_view> json_elements(std::string_view array);

}  // namespace conformance
