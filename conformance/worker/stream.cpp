#include "worker/stream.hpp"

#include <charconv>
#include <initializer_list>
#include <span>
#include <string_view>

#include "worker/fixed_text.hpp"
#include "worker/platform.hpp"
#include "worker/recent_calls.hpp"

namespace conformance::stream {
namespace {

std::string nonce_text;

// Put together in `place` without allocating, for one write.
std::string_view joined(std::span<char> place, std::initializer_list<std::string_view> parts) noexcept {
  FixedText line(place);
  for (const std::string_view part : parts) line << part;
  return line.view();
}

void send_line(std::span<char> place, std::initializer_list<std::string_view> parts) noexcept {
  platform::write_channel(joined(place, parts));
}

void send_line(std::initializer_list<std::string_view> parts) noexcept {
  char line[512];
  send_line(line, parts);
}

}  // namespace

void open(const std::string& nonce) { nonce_text = nonce; }

bool is_open() noexcept { return !nonce_text.empty(); }

void mark_output(const std::string& case_id) {
  // Not the whole nonce: what was printed must not teach anybody how to forge an event.
  if (is_open()) platform::mark_output(nonce_text.substr(0, 8) + " " + case_id + "\n");
}

void send(const char* type, Event members) {
  if (!is_open()) return;
  Event event = {{"nonce", nonce_text}, {"event", type}};
  event.update(members);
  // Whatever bytes an implementation hands us (a message, a path) become valid UTF-8 here.
  platform::write_channel("\n" + event.dump(-1, ' ', false, Event::error_handler_t::replace) + "\n");
}

void send_progress(int step_index) noexcept {
  if (!is_open()) return;
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, step_index);
  send_line({"\n{\"nonce\":\"", nonce_text, "\",\"event\":\"progress\",\"text\":\"step ", std::string_view(digits, end),
             "\"}\n"});
}

void send_calling(const char* function, const char* requirement) noexcept {
  if (!is_open()) return;
  send_line({"\n{\"nonce\":\"", nonce_text, "\",\"event\":\"calling\",\"function\":\"", function,
             "\",\"requirement\":\"", requirement, "\"}\n"});
}

void send_calls(std::string_view calls) noexcept {
  if (!is_open()) return;
  // Not on the stack: an implementation may have used it up.
  static char line[RecentCalls::most_characters + 256];
  send_line(line, {"\n{\"nonce\":\"", nonce_text, "\",\"event\":\"calls\",\"calls\":", calls, "}\n"});
}

void send_hang(const char* function, const char* requirement, std::string_view calls) noexcept {
  static char line[RecentCalls::most_characters + 512];
  platform::write_channel_if_there(
      joined(line, {"\n{\"nonce\":\"", nonce_text, "\",\"event\":\"hang\",\"function\":\"", function,
                    "\",\"requirement\":\"", requirement, "\",\"calls\":", calls, "}\n"}));
}

void send_crash(const char* reason, const char* function, const char* requirement, const char* where) noexcept {
  send_line({"\n{\"nonce\":\"", nonce_text, "\",\"event\":\"crash\",\"reason\":\"", reason, "\",\"function\":\"",
             function, "\",\"requirement\":\"", requirement, "\",\"where\":\"", where, "\"}\n"});
}

}  // namespace conformance::stream
