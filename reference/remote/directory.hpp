// The users that the server knows: a fixed few, none of them a person, with strings of every kind.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace apibuf::remote {

// Strings are UTF-8.
struct User {
  std::string_view name;
  std::string_view comment;
  std::string_view home_directory;
  std::string_view script_path;
  std::uint32_t password_age_s;
  std::uint32_t privilege;  // USER_PRIV_*
  std::uint32_t flags;      // UF_*
};

std::span<const User> users() noexcept;

}  // namespace apibuf::remote
