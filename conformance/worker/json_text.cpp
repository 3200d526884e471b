#include "worker/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace conformance {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// A place in a text, which goes forward only.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {
    if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  }

  // Passes over white space, and then over this character if it is there.
  bool passes(char character) {
    pass_white_space();
    if (at_ == text_.size() || text_[at_] != character) return false;
    ++at_;
    return true;
  }

  void must_pass(char character) {
    if (!passes(character)) throw std::invalid_argument(std::string("not JSON: there should be a ") + character);
  }

  // Passes over a value, and over white space before it; returns its text.
  std::string_view value() {
    pass_white_space();
    const std::size_t start = at_;
    int depth = 0;
    do {
      switch (next()) {
        case '"': pass_rest_of_string(); break;
        case '{':
        case '[': ++depth; break;
        case '}':
        case ']': --depth; break;
        default:
          if (depth == 0) at_ = std::min(text_.find_first_of(",:]} \t\r\n", at_), text_.size());
      }
    } while (depth > 0);
    return text_.substr(start, at_ - start);
  }

 private:
  void pass_white_space() { at_ = std::min(text_.find_first_not_of(white_space, at_), text_.size()); }

  char next() {
    if (at_ == text_.size()) throw std::invalid_argument("not JSON: it ends too early");
    return text_[at_++];
  }

  void pass_rest_of_string() {
    for (char character = next(); character != '"'; character = next()) {
      if (character == '\\') next();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view json_member(std::string_view object, std::string_view name) {
  Cursor cursor(object);
  cursor.must_pass('{');
  do {
    const std::string_view key = cursor.value();
    cursor.must_pass(':');
    const std::string_view value = cursor.value();
    // Parsed, since any of its characters may be escaped.
    if (nlohmann::json::parse(key) == name) return value;
  } while (cursor.passes(','));
  throw std::invalid_argument("no member " + std::string(name));
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  Cursor cursor(array);
  cursor.must_pass('[');
  if (cursor.passes(']')) return elements;
  do elements.push_back(cursor.value());
  while (cursor.passes(','));
  cursor.must_pass(']');
  return elements;
}

}  // namespace conformance
