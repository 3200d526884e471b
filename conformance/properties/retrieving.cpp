#include "properties/retrieving.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace conformance {
namespace {

// Longer than any name or comment that these functions know.
constexpr std::size_t longest_text = 65536;

// As many entries as Windows gives by one call of a function that is asked for a number.
constexpr Dword most_entries = 100;

bool is_text(char member) { return member == 'n' || member == 's'; }

std::size_t size_of_member(char member) {
  switch (member) {
    case 'd': return sizeof(Dword);
    case 'q': return sizeof(std::uint64_t);
    case 'b': return 1;
    case 'c': return platform::character_bytes;
    default: return sizeof(void*);
  }
}

std::size_t aligned(std::size_t offset, std::size_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

// Samba's library has a context that says who the caller is; on Windows that is the process's user.
void log_on(const Implementation& library) {
  static bool done = false;
  if (std::exchange(done, true)) return;
  const auto init = reinterpret_cast<std::uint32_t (*)(void**)>(library.find("libnetapi_init", 1));
  using Set = std::uint32_t (*)(void*, const char*);
  const auto set_username = reinterpret_cast<Set>(library.find("libnetapi_set_username", 2));
  const auto set_password = reinterpret_cast<Set>(library.find("libnetapi_set_password", 2));
  const std::string user = platform::environment("APIBUF_USER"), password = platform::environment("APIBUF_PASSWORD");
  if (user.empty() || init == nullptr || set_username == nullptr || set_password == nullptr) return;
  void* context = nullptr;
  if (init(&context) != success) return;  // the functions themselves will report it
  set_username(context, user.c_str());
  set_password(context, password.c_str());
}

}  // namespace

std::vector<std::string> names_of(Kind kind) {
  std::vector<std::string> names;
  for (const RetrievingFunction& function : retrieving_functions) {
    if (kind_of(function) == kind && is_first_of_its_name(function)) names.emplace_back(function.name);
  }
  return names;
}

Retriever::Retriever(Api& api, const RetrievingFunction& function)
    : api_(api),
      function_(function),
      address_(api.library().find(function.name, std::strlen(function.parameters))),
      server_(platform::environment("APIBUF_SERVER")) {
  if (is_exported()) log_on(api.library());
}

std::string Retriever::title() const {
  return function_.name + (takes_a_level() ? " at level " + std::to_string(function_.level) : "");
}

// ---- calls -----------------------------------------------------------------------------------------------------------

Answer Retriever::call(const Request& request) {
  if (has_parameter("k") && !request.name) key();
  std::string text = request.level ? function_.name + (" at level " + std::to_string(*request.level)) : title();
  if (request.name) text += ", asked for the name \"" + *request.name + "\"";
  if (kind_of(function_) == Kind::enumeration) {
    text += request.preferred_length == max_preferred_length
                ? ", MAX_PREFERRED_LENGTH"
                : ", preferred length " + std::to_string(request.preferred_length);
  }
  if (request.resume_handle != 0) text += ", resumed";
  if (request.uninitialized) text += ", rubbish in its out-parameters";
  api_.run().step(text, function_.name);
  try {
    const Answer answer = call_silently(request);
    api_.run().done(status_text(answer.status), {{"buffer", !answer.buffer_is_stored   ? "unchanged"
                                                            : answer.buffer == nullptr ? "null"
                                                                                       : "buffer"},
                                                 {"entries", std::to_string(answer.entries)}});
    return answer;
  } catch (const Unjudged& unjudged) {
    api_.run().done(unjudged.reason);
    throw;
  }
}

// The variables of one call for its out-parameters.
struct Retriever::Variables {
  explicit Variables(const Request& request) {
    if (!request.uninitialized) {
      buffer.set(0);
      for (OutDword* const count : {&entries, &total, &joined}) count->set(0);
    }
    resume.set(request.resume_handle);
    short_resume.set(static_cast<Dword>(request.resume_handle));
  }

  OutPointer buffer, resume;
  OutDword entries, total, joined, short_resume;
};

std::vector<std::uintptr_t> Retriever::arguments(const Request& request, const std::string& server,
                                                 const std::string& asked_for, Variables& variables) const {
  std::vector<std::uintptr_t> arguments;
  for (const char* parameter = function_.parameters; *parameter != 0; ++parameter) {
    switch (*parameter) {
      case 's': arguments.push_back(argument(server_.empty() ? nullptr : server.data())); break;
      case 'k': arguments.push_back(argument(asked_for.data())); break;
      case 'f': arguments.push_back(argument(request.name ? asked_for.data() : nullptr)); break;
      case 'n': arguments.push_back(argument(nullptr)); break;
      case 'l': arguments.push_back(argument(request.level.value_or(function_.level))); break;
      case '0': arguments.push_back(argument(Dword{0})); break;
      case 'a': arguments.push_back(argument(~Dword{0})); break;
      case 'm': arguments.push_back(argument(most_entries)); break;
      case 'p': arguments.push_back(argument(request.preferred_length)); break;
      case 'b': arguments.push_back(variables.buffer.address()); break;
      case 'e': arguments.push_back(variables.entries.address()); break;
      case 't': arguments.push_back(variables.total.address()); break;
      case 'j': arguments.push_back(variables.joined.address()); break;
      case 'r': arguments.push_back(variables.short_resume.address()); break;
      default: arguments.push_back(variables.resume.address()); break;
    }
  }
  return arguments;
}

void Retriever::guard_neighbours(const Variables& variables) {
  const auto expect_untouched_beside = [this](const char* name, const auto& out) {
    const auto place = out.touched_neighbour();
    if (!place) return;
    api_.run().breach(Guard::full_pointers, title() + ": the words beside " + name, "untouched",
                      "written to, " + std::to_string(std::abs(*place)) + " bytes " +
                          (*place < 0 ? "before" : "behind") + " its beginning");
  };
  expect_untouched_beside("the buffer variable", variables.buffer);
  expect_untouched_beside("the number of entries", variables.entries);
  expect_untouched_beside("the total number of entries", variables.total);
  expect_untouched_beside("the join status", variables.joined);
  expect_untouched_beside("the resume handle", variables.resume);
  expect_untouched_beside("the resume handle", variables.short_resume);
}

Answer Retriever::call_silently(const Request& request) {
  const std::string server = platform::native_string(server_);
  const std::string asked_for = request.name ? platform::native_string(*request.name) : has_parameter("k") ? key() : "";
  Variables variables(request);
  CallResult result = {};
  const char* const absence =
      call_if_there(api_.run(), address_, function_.name, arguments(request, server, asked_for, variables), result);
  if (absence != nullptr) throw Unjudged{not_there + absence};
  api_.run().count(Guard::full_pointers);
  guard_neighbours(variables);
  const OutPointer& buffer = variables.buffer;
  api_.run().guard(Guard::full_pointers, !request.uninitialized || buffer.is_whole(), "the pointer that was stored",
                   "all of its bits", "the lower 32 bits");
  api_.run().stop_if_failed();

  const bool stored = buffer.value() != OutPointer::sentinel;
  Answer answer = {result.status, stored ? reinterpret_cast<unsigned char*>(buffer.value()) : nullptr, stored,
                   variables.entries.value(),
                   has_parameter("r") ? variables.short_resume.value() : variables.resume.value()};
  if (kind_of(function_) == Kind::information) answer.entries = answer.buffer != nullptr ? 1 : 0;
  return answer;
}

Answer Retriever::must_call() {
  const Answer answer = call();
  if (answer.status != success) throw Unjudged{"answers " + status_text(answer.status)};
  if (kind_of(function_) == Kind::enumeration) {
    if (answer.entries == 0) throw Unjudged{"has nothing to list"};
  } else if (answer.buffer == nullptr && *function_.members == '=') {
    throw Unjudged{"has no name to report"};
  }
  expect(answer.buffer != nullptr, "remote/system-allocates", "buffer after success", "a buffer", "NULL");
  return answer;
}

// Asked for once: a name that the implementation lists itself, since another would not be known to it.
std::string Retriever::key() {
  if (key_) return *key_;
  const std::string own = *function_.key != 0 ? platform::native_string(function_.key) : platform::native_user_name();
  key_ = listed_key().value_or(own);
  return *key_;
}

std::optional<std::string> Retriever::listed_key() {
  for (const RetrievingFunction& listing : retrieving_functions) {
    if (function_.key_from == nullptr || std::string_view(listing.name) != function_.key_from) continue;
    Retriever names(api_, listing);
    if (!names.is_exported()) return std::nullopt;
    try {
      const Answer answer = names.call();
      if (answer.status != success || answer.buffer == nullptr) return std::nullopt;
      std::optional<std::string> name;
      if (answer.entries > 0) name = names.read(answer, "remote/system-allocates")[0][0].bytes;
      names.free(answer);
      return name;
    } catch (const Unjudged&) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void Retriever::free(const Answer& answer) {
  if (answer.buffer == nullptr) return;
  api_.run().step("NetApiBufferFree", name_of(Function::free));
  const Status status = api_.free(answer.buffer);
  api_.run().done(status_text(status));
  expect(status == success, "free/net-buffers", "NetApiBufferFree", "NERR_Success (0)", status_text(status));
}

void Retriever::free_silently(const unsigned char* buffer) {
  const Status status = api_.free(buffer);
  api_.run().expect(status == success, "free/net-buffers", "NetApiBufferFree", "NERR_Success (0)", status_text(status));
}

// ---- what a buffer holds ---------------------------------------------------------------------------------------------

std::size_t Retriever::entry_bytes() const {
  if (*function_.members == '=') return 0;
  std::size_t end = 0, alignment = 1;
  for (const char* member = function_.members; *member != 0; ++member) {
    const std::size_t bytes = size_of_member(*member);
    end = aligned(end, bytes) + bytes;
    alignment = std::max(alignment, bytes);
  }
  return aligned(end, alignment);
}

std::vector<Entry> Retriever::read(const Answer& answer, const char* requirement) {
  if (*function_.members == '=') {
    const auto* const name = reinterpret_cast<const unsigned char*>(&answer.buffer);
    return {{text_at(name, requirement, "the name", true)}};
  }
  std::vector<Entry> entries;
  for (Dword i = 0; i < answer.entries; ++i) {
    const unsigned char* const structure = answer.buffer + i * entry_bytes();
    Entry entry;
    std::size_t offset = 0, number = 0;
    for (const char* member = function_.members; *member != 0; ++member) {
      offset = aligned(offset, size_of_member(*member));
      if (is_text(*member)) {
        const std::string place = "string " + std::to_string(++number) + " of entry " + std::to_string(i + 1);
        entry.push_back(text_at(structure + offset, requirement, place, *member == 'n'));
      }
      offset += size_of_member(*member);
    }
    entries.push_back(std::move(entry));
    api_.run().still_running();
  }
  return entries;
}

// The string that the pointer at `member` points to.
Text Retriever::text_at(const unsigned char* member, const char* requirement, const std::string& place, bool is_name) {
  const unsigned char* start = nullptr;
  std::memcpy(&start, member, sizeof start);
  if (start == nullptr) {
    expect(!is_name, requirement, place, "a name", "NULL");
    return {nullptr, ""};
  }
  const std::size_t step = platform::character_bytes;
  std::size_t end = 0;
  const auto is_terminator = [&] {
    return std::all_of(start + end, start + end + step, [](auto byte) { return byte == 0; });
  };
  while (end < longest_text && !is_terminator()) end += step;
  expect(end < longest_text, requirement, place, "ends", "goes on for more than 65536 bytes");
  expect(!is_name || end > 0, requirement, place, "a name", "an empty string");
  return {start, {reinterpret_cast<const char*>(start), end + step}};
}

void Retriever::expect(bool holds, const char* requirement, const std::string& what, const std::string& expected,
                       const std::string& actual) {
  api_.run().expect(holds, requirement, (title() + ": " + what).c_str(), expected, actual);
}

std::size_t content_bytes(const Retriever& retriever, const std::vector<Entry>& entries) {
  std::size_t bytes = entries.size() * retriever.entry_bytes();
  for (const Entry& entry : entries) {
    for (const Text& text : entry) bytes += text.bytes.size();
  }
  return bytes;
}

std::vector<std::string> values(const std::vector<Entry>& entries) {
  std::vector<std::string> result;
  for (const Entry& entry : entries) {
    std::string value;
    for (const Text& text : entry) value += text.bytes;
    result.push_back(std::move(value));
  }
  return result;
}

}  // namespace conformance
