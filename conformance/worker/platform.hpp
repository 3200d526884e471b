// What differs between Linux and Windows, under one name each: platform_linux.cpp and platform_windows.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

// What the worker does once entry_linux.cpp or entry_windows.cpp has its arguments in UTF-8, without the program's name. Ends
// the process.
int worker_main(const std::vector<std::string>& arguments);

}  // namespace conformance

namespace conformance::platform {

// A variable of the environment in UTF-8; empty where it is not set.
std::string environment(const char* variable);

// ---- libraries -------------------------------------------------------------------------------------------------------

struct Library;

// Loads a library by path or by bare name; nullptr, and the loader's own words in `message`, where it cannot be loaded.
// It stays loaded until the process ends or it is unloaded.
Library* load(const std::string& path, std::string& message);

// Unloads a library, which runs what it does at its end. False where it stays loaded all the same.
bool unload(Library* library);

// The address of an export, or nullptr.
void* find_export(Library* library, const char* export_name);

// A clause that says why an export that is there by name has no address (a forwarder of a DLL that leads nowhere); empty
// where that is not so.
std::string why_not_found(Library* library, const char* export_name);

// Starts the worker anew in the place of this process, if `message`, with which the library at `path` could not be loaded,
// says that the loader lacks what only a new process can be given: room for thread variables, or the library's folder
// among those that it searches. Returns where that is not so.
void start_again_for(const std::string& path, const std::string& message);

// The file that the loader took, or an empty text where it does not say.
std::string loaded_path(Library* library);

// Where the netutils library of the implementation at `path` would be; nothing on platforms that know no such library.
std::optional<std::string> netutils_path(const std::string& path);

// ---- the thread's last error -----------------------------------------------------------------------------------------

extern const bool has_last_error;
std::uint32_t last_error() noexcept;
void set_last_error(std::uint32_t value) noexcept;

// ---- threads ---------------------------------------------------------------------------------------------------------

// One pointer for each thread, nullptr at first: a thread_local that is quick where GCC emulates those, as on Windows. There
// thread_pointer changes the last error.
void* thread_pointer() noexcept;
void set_thread_pointer(void* pointer) noexcept;

// Whether the process has threads that the worker did not start. True where that is not known.
bool has_threads_of_others();

// Keeps the calling thread on one of the cores that it may use: the first for 0, and the first again after the last.
// Without effect where the system does not allow it.
void stay_on_core(unsigned number) noexcept;

// Has the calling thread sleep for as short a time as the system can, but sleep: it wakes by a timer, and then interrupts
// the thread that runs on its core.
void sleep_briefly() noexcept;

// ---- the strings of other network management functions ---------------------------------------------------------------

// The bytes of one character: UTF-8 on Linux, as Samba has it, and UTF-16 on Windows.
extern const std::size_t character_bytes;

// A text in that encoding, with its terminator.
std::string native_string(const std::string& utf8);

// The name of the user whom this process belongs to, in that encoding, with its terminator.
std::string native_user_name();

// ---- channels --------------------------------------------------------------------------------------------------------

// Moves the standard input and output to descriptors of our own: see PROTOCOL.md, "Channels". What is printed with the C
// library is written at once from then on: a process that dies takes with it what still lies in a buffer.
void take_channels();

// Writes a line between what the implementation printed so far and what it prints from now on; where that goes nowhere,
// so does the line.
void mark_output(std::string_view line) noexcept;

// One whole write; ends the process where the channel is gone, since there is no host left.
void write_channel(std::string_view text) noexcept;
// The same, but returns false where the channel is gone: a thread that only looks on must not end the process.
bool write_channel_if_there(std::string_view text) noexcept;

// One line without its line feed; nothing at the end of the input.
std::optional<std::string> read_channel_line();

// ---- time ------------------------------------------------------------------------------------------------------------

// Milliseconds since some moment, as precise as can be had within a few nanoseconds: to 16 ms or better.
std::int64_t coarse_time_ms() noexcept;

// ---- the end of the process ------------------------------------------------------------------------------------------

// Ends the process without running anything more of it: after a failure its memory is not to be trusted.
[[noreturn]] void end_process(int status) noexcept;

// What a process dies of ("SIGSEGV"), and the address that it could not use, where it was one.
struct Fault {
  const char* reason;
  std::optional<std::uintptr_t> address;
};

// Has `last_words` called when the process is about to die of a fault. It must not allocate: the heap may be what is broken.
void on_crash(void (*last_words)(const Fault& fault) noexcept);

// Has `handler` called where something ends the process by exit, _exit or ExitProcess. What asks the system itself to end
// it goes unseen.
void on_exit(void (*handler)());

// Starts a thread that calls `look` every half second. Call it before a library is loaded, so that the library is not
// notified of the thread. The process ends with the calling thread all the same. Without effect on Linux, where a host
// sends a signal instead.
void look_now_and_then(void (*look)() noexcept);

// Calls `activity`. Returns nullptr, or what it did in place of returning ("raises …") where that was to raise an
// exception that says no more than that a function or a service is not there; whatever else it raises is a crash. Frames
// between are left without running their destructors. Platforms without such exceptions return nullptr.
const char* absence_of(const std::function<void()>& activity);

// Writes to the standard error without allocating.
void write_error_text(std::string_view text) noexcept;

// ---- memory ----------------------------------------------------------------------------------------------------------

// An address with no memory behind it; it stays reserved, so that nothing moves in.
void* unmapped_address();

// The end of a page of memory, of 4096 bytes or more, with none behind it. It is never given back.
unsigned char* end_of_memory();

// To be called before an implementation is loaded, for the figures below.
void open_memory_figures();

// The memory that is this process's alone, in bytes: what a leak makes grow. On Linux and Wine the part that was
// touched, on Windows what was committed. Throws std::runtime_error where it cannot be read.
std::uint64_t private_bytes();

// The machine's memory in bytes.
std::uint64_t physical_bytes();

// Whether an address sanitizer lives in the process: that one takes address space without end, and ends the process where
// memory runs out. Throws std::runtime_error where the memory figures cannot be read.
bool has_address_sanitizer();

// Limits what the process can have to about this much more than it has. False where no such limit is kept (an emulator,
// some Wines). Throws std::runtime_error where the memory figures cannot be read.
bool limit_memory(std::uint64_t further_bytes);
void lift_memory_limit() noexcept;

// Whether the host can limit the process where limit_memory cannot: Wine keeps to such a limit, but an emulator needs
// memory of its own, and dies of it.
extern const bool host_can_limit_memory;

// Takes the free addresses below 4 GiB, or below 2 GiB in a 32-bit process, so that what is allocated from now on lies
// above them. False where there is nothing above.
bool occupy_low_addresses();

}  // namespace conformance::platform
