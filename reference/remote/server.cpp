#include "server.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "directory.hpp"
#include "image.hpp"

namespace apibuf::remote {
namespace {

constexpr auto user_count = static_cast<std::uint32_t>(users.size());

Entry entry_of(const User& user, std::uint32_t level) noexcept {
  if (level == 0) return {.strings = {user.name}};
  USER_INFO_1 info{};
  info.usri1_password_age = user.password_age_s;
  info.usri1_priv = user.privilege;
  info.usri1_flags = user.flags;
  Entry entry{.strings = {user.name, std::nullopt, user.home_directory, user.comment, user.script_path}};
  std::memcpy(entry.structure.data(), &info, sizeof info);
  return entry;
}

bool has_name(const User& user, TextView name) noexcept {
  constexpr std::size_t room = 64;
  static_assert(std::ranges::all_of(users, [](const User& one) { return one.name.size() < room; }));
  std::array<Character, room> text;
  write_text(user.name, text.data());
  return text.data() == name;
}

// A FILTER_* flag is the UF_* flag of the kind of account, eight bits lower.
bool matches(const User& user, std::uint32_t filter) noexcept {
  return filter == 0 || ((user.flags >> 8) & filter) != 0;
}

// What of the matching users fits the preferred length, from the resume handle on.
struct Selection {
  std::uint32_t entry_count = 0;
  std::uint32_t total = 0;
  std::size_t byte_count = 0;
  std::uint32_t end = user_count;  // the first user for whom there was no room
};

Selection select(const Layout& layout, std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                 std::uint32_t resume_handle) noexcept {
  Selection selection;
  for (std::uint32_t index = resume_handle; index < user_count; ++index) {
    if (!matches(users[index], filter)) continue;
    ++selection.total;
    if (selection.end != user_count) continue;
    const std::size_t size = byte_count(layout, entry_of(users[index], level));
    if (size > preferred_length - selection.byte_count) {
      selection.end = index;
      continue;
    }
    selection.byte_count += size;
    ++selection.entry_count;
  }
  return selection;
}

}  // namespace

Answer get_info(TextView name, std::uint32_t level) noexcept {
  const Layout* const layout = layout_of(level);
  if (layout == nullptr) return {ERROR_INVALID_LEVEL};
  const auto user = std::ranges::find_if(users, [&](const User& one) { return has_name(one, name); });
  if (user == users.end()) return {NERR_UserNotFound};
  const Entry entry = entry_of(*user, level);
  Answer answer{NERR_Success, 1, 1};
  if (!answer.allocate_image(byte_count(*layout, entry))) return {ERROR_NOT_ENOUGH_MEMORY};
  ImageWriter(*layout, 1, answer.image.get()).add(entry);
  return answer;
}

Answer enumerate(std::uint32_t level, std::uint32_t filter, std::uint32_t preferred_length,
                 std::uint32_t resume_handle) noexcept {
  const Layout* const layout = layout_of(level);
  if (layout == nullptr) return {ERROR_INVALID_LEVEL};
  if (resume_handle > user_count) return {ERROR_INVALID_PARAMETER};
  const Selection selection = select(*layout, level, filter, preferred_length, resume_handle);
  const bool is_all = selection.end == user_count;
  // Not ERROR_MORE_DATA without entries: a caller that repeats until there are no more would loop forever.
  if (!is_all && selection.entry_count == 0) return {NERR_BufTooSmall, 0, selection.total};

  Answer answer{is_all ? std::uint32_t{NERR_Success} : std::uint32_t{ERROR_MORE_DATA}, selection.entry_count,
                selection.total, selection.end};
  if (!answer.allocate_image(selection.byte_count)) return {ERROR_NOT_ENOUGH_MEMORY};
  ImageWriter writer(*layout, selection.entry_count, answer.image.get());
  for (std::uint32_t index = resume_handle; index < selection.end; ++index) {
    if (matches(users[index], filter)) writer.add(entry_of(users[index], level));
  }
  return answer;
}

}  // namespace apibuf::remote
