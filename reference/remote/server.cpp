#include "server.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "directory.hpp"
#include "image.hpp"

namespace apibuf::remote {
namespace {

template <typename Info>
std::vector<std::byte> bytes_of(const Info& info) {
  const auto bytes = std::as_bytes(std::span(&info, 1));
  return {bytes.begin(), bytes.end()};
}

Entry entry_of(const User& user, std::uint32_t level) {
  if (level == 0) return {bytes_of(USER_INFO_0{}), {text_of(user.name)}};
  USER_INFO_1 info{};
  info.usri1_password_age = user.password_age_s;
  info.usri1_priv = user.privilege;
  info.usri1_flags = user.flags;
  return {bytes_of(info),
          {text_of(user.name), std::nullopt, text_of(user.home_directory), text_of(user.comment),
           text_of(user.script_path)}};
}

// A FILTER_* flag is the UF_* flag of the kind of account, eight bits lower.
bool matches(const User& user, std::uint32_t filter) { return filter == 0 || ((user.flags >> 8) & filter) != 0; }

}  // namespace

Answer get_info(TextView name, std::uint32_t level) {
  const Layout* const layout = layout_of(level);
  if (layout == nullptr) return {ERROR_INVALID_LEVEL};
  const auto user = std::ranges::find_if(users(), [&](const User& one) { return text_of(one.name) == name; });
  if (user == users().end()) return {NERR_UserNotFound};
  const Entry entry = entry_of(*user, level);
  return {NERR_Success, 1, 1, 0, image_of(*layout, {&entry, 1})};
}

Answer enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                 std::uint32_t resume_handle) {
  const Layout* const layout = layout_of(level);
  if (layout == nullptr) return {ERROR_INVALID_LEVEL};
  if (resume_handle > users().size()) return {ERROR_INVALID_PARAMETER};

  std::vector<Entry> entries;
  std::size_t room = preferred_length;
  std::uint32_t total = 0;
  std::optional<std::uint32_t> left_out;  // the first user for whom there was no room
  for (std::uint32_t index = resume_handle; index < users().size(); ++index) {
    if (!matches(users()[index], filter)) continue;
    ++total;
    if (left_out) continue;
    Entry entry = entry_of(users()[index], level);
    if (byte_count(entry) > room) {
      left_out = index;
      continue;
    }
    room -= byte_count(entry);
    entries.push_back(std::move(entry));
  }
  // Not ERROR_MORE_DATA with nothing, which a caller that goes on until there is no more would go on with for ever.
  if (left_out && entries.empty()) return {NERR_BufTooSmall, 0, total};
  return {left_out ? std::uint32_t{ERROR_MORE_DATA} : std::uint32_t{NERR_Success},
          static_cast<std::uint32_t>(entries.size()), total,
          left_out.value_or(static_cast<std::uint32_t>(users().size())), image_of(*layout, entries)};
}

}  // namespace apibuf::remote
