#include "worker/stream.hpp"

#include "worker/platform.hpp"

namespace conformance::stream {
namespace {

std::string nonce_text;

}  // namespace

void open(const std::string& nonce) { nonce_text = nonce; }

bool is_open() noexcept { return !nonce_text.empty(); }

void send(const char* type, Event members) {
  if (!is_open()) return;
  Event event = {{"nonce", nonce_text}, {"event", type}};
  event.update(members);
  // Whatever bytes an implementation hands us (a message, a path) become valid UTF-8 here.
  platform::write_channel("\n" + event.dump(-1, ' ', false, Event::error_handler_t::replace) + "\n");
}

void send_crash(const char* reason, const char* function) noexcept {
  char line[512];
  std::size_t length = 0;
  const auto append = [&](std::string_view text) {
    for (const char character : text) {
      if (length < sizeof line) line[length++] = character;
    }
  };
  append("\n{\"nonce\":\"");
  append(nonce_text);
  append("\",\"event\":\"crash\",\"reason\":\"");
  append(reason);
  append("\",\"function\":\"");
  append(function);
  append("\"}\n");
  platform::write_channel({line, length});
}

}  // namespace conformance::stream
