#include "worker/base64.hpp"

#include <array>
#include <cstdint>

namespace conformance {
namespace {

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::int8_t no_base64_digit = -1;

constexpr auto base64_values = [] {
  std::array<std::int8_t, 256> result = {};
  for (std::int8_t& value : result) value = no_base64_digit;
  for (std::int8_t i = 0; i < 64; ++i) result[static_cast<unsigned char>(base64_digits[i])] = i;
  return result;
}();

}  // namespace

std::string base64_text(const std::string& data) {
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < data.size(); i += 3) {
    std::uint32_t bits = 0;  // of three bytes
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < data.size() ? static_cast<unsigned char>(data[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) text += i + k > data.size() ? '=' : base64_digits[bits >> (18 - 6 * k) & 63];
  }
  return text;
}

std::optional<std::string> base64_data(const std::string& text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string data;
  data.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool is_last = i + 4 == text.size();
    const std::size_t padding = !is_last || text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::int8_t value =
          k < 4 - padding ? base64_values[static_cast<unsigned char>(text[i + k])] : std::int8_t{0};
      if (value == no_base64_digit) return std::nullopt;
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    for (std::size_t k = 0; k < 3 - padding; ++k) data += static_cast<char>(bits >> (16 - 8 * k) & 255);
  }
  return data;
}

}  // namespace conformance
