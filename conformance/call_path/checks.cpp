#include "call_path/checks.hpp"

namespace conformance {

std::string hexadecimal(std::uintptr_t value) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  do {
    text.insert(text.begin(), digits[value % 16]);
    value /= 16;
  } while (value != 0);
  return "0x" + text;
}

}  // namespace conformance
