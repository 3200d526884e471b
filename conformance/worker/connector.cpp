#include "worker/connector.hpp"

#include <algorithm>
#include <exception>
#include <iterator>

#include "worker/function.hpp"

namespace conformance {
namespace {

using Json = Connector::Json;

constexpr int protocol = 1;
constexpr std::size_t most_line_bytes = 4 << 20;
constexpr std::size_t input_bytes = 64 << 10;
constexpr std::size_t most_quoted_bytes = 200;
constexpr int most_depth = 8;

// No number is one that a variable is filled with, and each has a wide and even place of its own.
constexpr std::uintptr_t number_step = 16;

std::string quoted(const std::string& text) {
  return text.size() <= most_quoted_bytes ? text : text.substr(0, most_quoted_bytes) + " …";
}

// A member that has to be there. `Type` is what it has to be, and `what` the words for that.
template <class Type>
Type taken(const Json& answer, const char* member, bool (Json::*is_right)() const noexcept, const char* what) {
  const auto found = answer.find(member);
  if (found == answer.end() || !((*found).*is_right)()) {
    throw ConnectorFailed(std::string("answered without ") + what + " for " + member);
  }
  return found->template get<Type>();
}

std::string text_of(const Json& answer, const char* member) {
  return taken<std::string>(answer, member, &Json::is_string, "a text");
}

bool flag_of(const Json& answer, const char* member) {
  return taken<bool>(answer, member, &Json::is_boolean, "true or false");
}

std::uint64_t number_in(const Json& answer, const char* member) {
  return taken<std::uint64_t>(answer, member, &Json::is_number_unsigned, "a number");
}

bool is_platform(const std::string& text) {
  const std::size_t hyphen = text.find('-');
  const bool has_parts = hyphen != std::string::npos && hyphen > 0 && hyphen + 1 < text.size();
  return has_parts && text.size() < 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

std::vector<std::string> functions_of(const Json& answer) {
  const Json list = taken<Json>(answer, "functions", &Json::is_array, "a list");
  std::vector<std::string> result;
  for (const Json& name : list) {
    const auto is_named = [&name](const Signature& signature) { return name == signature.name; };
    if (std::none_of(std::begin(signatures), std::end(signatures), is_named)) {
      throw ConnectorFailed("offers a function that is none of the protocol: " + quoted(name.dump()));
    }
    result.push_back(name.get<std::string>());
  }
  return result;
}

ConnectorIdentity identity_of(const Json& answer) {
  if (number_in(answer, "protocol") != protocol) {
    throw ConnectorFailed("speaks protocol " + quoted(answer["protocol"].dump()) + ", and this worker speaks " +
                          std::to_string(protocol));
  }
  const Json implementation = taken<Json>(answer, "implementation", &Json::is_object, "an object");
  const ConnectorIdentity result = {.name = text_of(implementation, "name"),
                                    .version = text_of(implementation, "version"),
                                    .platform = text_of(answer, "platform"),
                                    .pointer_bytes = number_in(answer, "pointer_bits") / 8,
                                    .functions = functions_of(answer),
                                    .has_last_error = flag_of(answer, "last_error"),
                                    .has_addresses = flag_of(answer, "addresses")};
  if (!is_platform(result.platform)) throw ConnectorFailed("names no platform: " + quoted(result.platform));
  if (result.pointer_bytes != 4 && result.pointer_bytes != 8) {
    throw ConnectorFailed("has pointers of " + quoted(answer["pointer_bits"].dump()) + " bits, and not of 32 or 64");
  }
  return result;
}

// Throws ConnectorFailed for nesting that no answer has: what follows would go as deep.
bool is_shallow(int depth, Json::parse_event_t, Json&) {
  if (depth > most_depth) throw ConnectorFailed("answered with objects in objects, deeper than any answer");
  return true;
}

}  // namespace

Connector::Connector(const std::string& command) : process_(command) {
  try {
    identity_ = identity_of(ask("start", {{"protocol", protocol}}));
  } catch (const ConnectorLacks& lack) {
    throw ConnectorFailed(std::string("refuses to start: ") + lack.what());
  }
}

Connector::~Connector() {
  if (!is_sound_) return;
  try {
    ask("stop");
  } catch (const std::exception&) {
    is_sound_ = false;  // and nothing that comes after the last case says anything of the implementation
  }
}

Json Connector::ask(const char* request, Json members) {
  is_sound_ = false;  // until it has answered
  send(request, std::move(members));
  const Json answer = read_answer();
  is_sound_ = true;
  if (answer.contains("unsupported")) throw ConnectorLacks(quoted(text_of(answer, "unsupported")));
  if (answer.contains("fault")) throw ConnectorFailed("reports a fault: " + quoted(text_of(answer, "fault")));
  if (answer.contains("error")) {
    throw ConnectorFailed(std::string("refused the request ") + request + ": " + quoted(text_of(answer, "error")));
  }
  return answer;
}

void Connector::send(const char* request, Json members) {
  Json line = {{"id", ++last_id_}, {"request", request}};
  line.update(members);
  process_.write(line.dump() + "\n");  // where nobody reads it, the answer will say why
}

std::string Connector::read_line() {
  std::size_t looked_at = 0;
  for (;;) {
    if (const std::size_t end = unread_.find('\n', looked_at); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    looked_at = unread_.size();
    if (looked_at > most_line_bytes) throw ConnectorFailed("wrote more than 4 MiB without a line feed");
    if (!process_.read(unread_, input_bytes)) throw ConnectorFailed(process_.ending());
  }
}

Json Connector::read_answer() {
  const std::string line = read_line();
  Json answer = Json::parse(line, is_shallow, false);
  if (!answer.is_object()) throw ConnectorFailed("answered what is no JSON object: " + quoted(line));
  const auto id = answer.find("id");
  if (id == answer.end() || *id != last_id_) {
    throw ConnectorFailed("answered request " + quoted(id == answer.end() ? "?" : id->dump()) + " where request " +
                          std::to_string(last_id_) + " was made");
  }
  if (!unread_.empty()) throw ConnectorFailed("wrote more than one answer to a request");
  return answer;
}

std::uintptr_t Connector::number_of(const Json& handle) {
  if (!handle.is_string() && !handle.is_number_integer()) {
    throw ConnectorFailed("gave a pointer that is no handle: " + quoted(handle.dump()));
  }
  const auto [place, is_new] = numbers_.try_emplace(handle.dump(), number_step * (handles_.size() + 1));
  if (is_new) handles_.push_back(handle);
  return place->second;
}

const Json& Connector::handle_of(std::uintptr_t number) const {
  const std::size_t index = number / number_step - 1;
  if (number % number_step != 0 || index >= handles_.size()) {
    throw ConnectorLacks("the pointer is none that the connector gave");
  }
  return handles_[index];
}

}  // namespace conformance
