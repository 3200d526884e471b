// Text that is put together without allocating, for a process that has no memory or is dying.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace conformance {

// Text in memory of the caller's, which outlives it. What does not fit is left out; a zero follows the text.
class FixedText {
 public:
  explicit FixedText(std::span<char> place) noexcept
      : begin_(place.data()), end_(begin_), last_(begin_ + place.size() - 1) {
    *end_ = '\0';
  }

  FixedText& operator<<(std::string_view part) noexcept {
    const auto length = std::min(part.size(), static_cast<std::size_t>(last_ - end_));
    end_ = std::copy_n(part.begin(), length, end_);
    *end_ = '\0';
    return *this;
  }
  FixedText& operator<<(std::uintptr_t number) noexcept {
    char digits[24];
    const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
  }

  std::string_view view() const noexcept { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

 private:
  char *begin_, *end_, *last_;
};

}  // namespace conformance
