#include "text.hpp"

namespace apibuf::remote {

Text text_of(std::string_view utf_8) { return Text(utf_8); }

}  // namespace apibuf::remote
