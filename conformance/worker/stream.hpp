// The event stream to a host (PROTOCOL.md). Where there is no host, sending does nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace conformance::stream {

using Event = nlohmann::ordered_json;

// From now on events go to the channel, under this nonce.
void open(const std::string& nonce);

bool is_open() noexcept;

// Marks in the standard error where the output of this case begins (PROTOCOL.md, "Channels").
void mark_output(const std::string& case_id);

// Sends one event; `type` is its name in PROTOCOL.md. Callable from every thread.
void send(const char* type, Event members = Event::object());

// A sign of life in this step. It allocates nothing, since a case may have used up memory. Callable from every thread.
void send_progress(int step_index) noexcept;

// The function that is called next, and the requirement that is not met where it does not return. It allocates nothing.
void send_calling(const char* function, const char* requirement) noexcept;

// The last calls of a property, as a JSON array (recent_calls.hpp). It allocates nothing. For one thread at a time.
void send_calls(std::string_view calls) noexcept;

// A call that has not returned for long, with the last calls as a JSON array. It allocates nothing: the call may hold the
// heap's lock. For one thread, which may be another one than that of send_calls.
void send_hang(const char* function, const char* requirement, std::string_view calls) noexcept;

// The last words of a dying process: allocates nothing. None of the texts holds a character that JSON escapes. `where` may
// be empty.
void send_crash(const char* reason, const char* function, const char* requirement, const char* where) noexcept;

}  // namespace conformance::stream
