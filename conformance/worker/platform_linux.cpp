#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "worker/platform.hpp"
#include "worker/system_call_linux.hpp"

namespace conformance::platform {

std::string environment(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr ? value : "";
}

Library* load(const std::string& path, std::string& message) {
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const words = dlerror();
    message = words != nullptr ? words : "the loader gave no reason";
  }
  return static_cast<Library*>(handle);
}

bool unload(Library* library) {
  const std::string path = loaded_path(library);
  dlclose(library);
  return dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD) == nullptr;
}

void* find_export(Library* library, const char* export_name) { return dlsym(library, export_name); }

std::string why_not_found(Library*, const char*) { return ""; }

namespace {

constexpr const char* room_tunable = "glibc.rtld.optional_static_tls=";
constexpr unsigned long least_room = 4096, most_room = 1 << 20;  // bytes

// Twice the room for thread variables that this process was given; what else the variable holds is kept.
bool ask_for_more_room() {
  std::string tunables = environment("GLIBC_TUNABLES");
  unsigned long room = least_room;
  if (const std::size_t place = tunables.find(room_tunable); place != std::string::npos) {
    const std::size_t start = place + std::strlen(room_tunable);
    room = std::max(room, 2 * std::strtoul(tunables.c_str() + start, nullptr, 0));
    tunables.erase(place, tunables.find(':', place) - place + (tunables.find(':', place) != std::string::npos ? 1 : 0));
  }
  if (room > most_room) return false;
  const bool joins = !tunables.empty() && tunables.back() != ':';
  tunables += (joins ? ":" : "") + std::string(room_tunable) + std::to_string(room);
  return setenv("GLIBC_TUNABLES", tunables.c_str(), 1) == 0;
}

bool search_first(const std::string& folder) {
  const std::string searched = environment("LD_LIBRARY_PATH");
  if (folder.find(':') != std::string::npos || (searched + ":").rfind(folder + ":", 0) == 0) return false;
  return setenv("LD_LIBRARY_PATH", (folder + (searched.empty() ? "" : ":") + searched).c_str(), 1) == 0;
}

// This program with its own arguments, in the place of this process. Returns only where that cannot be.
void start_anew() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> texts;
  for (std::string text; std::getline(file, text, '\0');) texts.push_back(text);
  std::vector<char*> arguments;
  arguments.reserve(texts.size() + 1);
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  execv("/proc/self/exe", arguments.data());
}

}  // namespace

void start_again_for(const std::string& path, const std::string& message) {
  const auto says = [&message](const char* words) { return message.find(words) != std::string::npos; };
  const std::size_t separator = path.rfind('/');
  const bool helps = says("static TLS") ? ask_for_more_room()
                                        : says("cannot open shared object file") && separator != std::string::npos &&
                                              search_first(path.substr(0, std::max<std::size_t>(separator, 1)));
  if (helps) start_anew();
}

std::string loaded_path(Library* library) {
  link_map* map = nullptr;
  return dlinfo(library, RTLD_DI_LINKMAP, &map) == 0 ? map->l_name : "";
}

std::optional<std::string> netutils_path(const std::string&) { return std::nullopt; }

const bool has_last_error = false;
std::uint32_t last_error() noexcept { return 0; }
void set_last_error(std::uint32_t) noexcept {}

namespace {

thread_local void* pointer_of_thread = nullptr;

}  // namespace

void* thread_pointer() noexcept { return pointer_of_thread; }
void set_thread_pointer(void* pointer) noexcept { pointer_of_thread = pointer; }

bool has_threads_of_others() {
  std::error_code error;
  const std::filesystem::directory_iterator threads("/proc/self/task", error);
  return error || std::distance(begin(threads), end(threads)) > 1;
}

void stay_on_core(unsigned number) noexcept {
  cpu_set_t usable;
  if (pthread_getaffinity_np(pthread_self(), sizeof usable, &usable) != 0) return;
  unsigned to_skip = number % static_cast<unsigned>(CPU_COUNT(&usable));
  std::size_t core = 0;
  while (!CPU_ISSET(core, &usable) || to_skip-- > 0) ++core;
  cpu_set_t chosen;
  CPU_ZERO(&chosen);
  CPU_SET(core, &chosen);
  pthread_setaffinity_np(pthread_self(), sizeof chosen, &chosen);
}

void sleep_briefly() noexcept {
  constexpr timespec shortest = {0, 1000};
  nanosleep(&shortest, nullptr);
}

const std::size_t character_bytes = 1;

std::string native_string(const std::string& utf8) { return utf8 + '\0'; }

std::string native_user_name() {
  const passwd* const user = getpwuid(geteuid());
  return native_string(user != nullptr ? user->pw_name : "root");
}

namespace {

int channel_in = STDIN_FILENO;
int channel_out = STDOUT_FILENO;
int output = STDERR_FILENO;  // of the implementation, which may put a file of its own in the place of descriptor 2

int moved_away(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 100); }

int open_to_read(const char* path) {
  return uninterrupted([path] { return open(path, O_RDONLY | O_CLOEXEC); });
}

}  // namespace

void take_channels() {
  channel_in = moved_away(STDIN_FILENO);
  channel_out = moved_away(STDOUT_FILENO);
  const int nothing = open_to_read("/dev/null");
  if (channel_in < 0 || channel_out < 0 || nothing < 0) end_process(3);
  uninterrupted([nothing] { return dup2(nothing, STDIN_FILENO); });
  close(nothing);
  uninterrupted([] { return dup2(STDERR_FILENO, STDOUT_FILENO); });
  output = moved_away(STDERR_FILENO);
  std::setvbuf(stdout, nullptr, _IONBF, 0);
}

namespace {

void write_text(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = uninterrupted([descriptor, text] { return write(descriptor, text.data(), text.size()); });
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void mark_output(std::string_view line) noexcept { write_text(output, line); }

void write_channel(std::string_view text) noexcept {
  if (!write_channel_if_there(text)) end_process(3);
}

bool write_channel_if_there(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = uninterrupted([text] { return write(channel_out, text.data(), text.size()); });
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::optional<std::string> read_channel_line() {
  static std::string pending;
  for (;;) {
    if (const std::size_t end = pending.find('\n'); end != std::string::npos) {
      std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      return line;
    }
    char block[65536];
    const ssize_t got = uninterrupted([&block] { return read(channel_in, block, sizeof block); });
    if (got <= 0) return std::nullopt;
    pending.append(block, static_cast<std::size_t>(got));
  }
}

std::int64_t coarse_time_ms() noexcept {
  timespec time = {};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

namespace {

void (*exit_handler)() = nullptr;

// The C library's, or one that was preloaded: the program's own stands before both.
const auto next_exit = reinterpret_cast<void (*)(int)>(dlsym(RTLD_NEXT, "_exit"));

}  // namespace

void end_process(int status) noexcept {
  next_exit(status);
  std::abort();  // not reached
}

namespace {

void (*crash_words)(const Fault& fault) noexcept = nullptr;

const char* signal_name(int signal_number) noexcept {
  switch (signal_number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    case SIGFPE: return "SIGFPE";
    case SIGTRAP: return "SIGTRAP";
    case SIGQUIT: return "SIGQUIT";
    default: return "SIGABRT";
  }
}

// The system says which address could not be used where it has no memory, or none for this use. Of one that cannot be one
// at all the processor gives no account.
std::optional<std::uintptr_t> unusable_address(const siginfo_t& signal) noexcept {
  const bool is_told = signal.si_signo == SIGSEGV ? signal.si_code == SEGV_MAPERR || signal.si_code == SEGV_ACCERR
                                                  : signal.si_signo == SIGBUS && signal.si_code == BUS_ADRERR;
  return is_told ? std::optional(reinterpret_cast<std::uintptr_t>(signal.si_addr)) : std::nullopt;
}

// Raises the signal again with its own disposition, which ends the process as it would have. A handler of the
// implementation may have passed the signal on: then that one is in force, and the signal is blocked.
void crash_handler(int signal_number, siginfo_t* signal, void*) {
  crash_words({signal_name(signal_number), unusable_address(*signal)});
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal_number, &action, nullptr);
  sigset_t raised;
  sigemptyset(&raised);
  sigaddset(&raised, signal_number);
  pthread_sigmask(SIG_UNBLOCK, &raised, nullptr);
  raise(signal_number);
}

}  // namespace

void on_crash(void (*last_words)(const Fault& fault) noexcept) {
  crash_words = last_words;
  // A stack of its own: the implementation may have used up the other one.
  static char handler_stack[65536];
  stack_t stack = {};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = crash_handler;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  // A host, or who presses Ctrl-\, sends SIGQUIT where a call does not return.
  for (const int signal_number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGQUIT}) {
    sigaction(signal_number, &action, nullptr);
  }
}

void look_now_and_then(void (*)() noexcept) {}

void on_exit(void (*handler)()) {
  exit_handler = handler;
  std::atexit(handler);
  std::at_quick_exit(handler);
}

const char* absence_of(const std::function<void()>& activity) {
  activity();
  return nullptr;
}

void write_error_text(std::string_view text) noexcept { write_text(STDERR_FILENO, text); }

void* unmapped_address() {
  void* const page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) std::abort();
  return page;
}

unsigned char* end_of_memory() {
  // AArch64 has pages of 4, 16 or 64 KiB.
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const pages = mmap(nullptr, 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED || mprotect(pages, page, PROT_READ | PROT_WRITE) != 0) std::abort();
  return static_cast<unsigned char*>(pages) + page;
}

namespace {

// Opened before the implementation is loaded: it may leave us without descriptors, and a figure that could not be read
// must not look like one.
int memory_figures = -1;

// Field 0 of statm is the address space, 1 what is resident, 2 what of that is shared; in pages.
std::uint64_t statm_bytes(int field) {
  char text[256] = {};
  if (uninterrupted([&text] { return pread(memory_figures, text, sizeof text - 1, 0); }) <= 0) {
    throw std::runtime_error("the memory figures of this process cannot be read");
  }
  std::istringstream statm(text);
  std::uint64_t pages = 0;
  for (int i = 0; i <= field; ++i) statm >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Whether an emulator runs this process: one accepts a limit of memory and does not keep it, as it would die of it itself.
bool is_emulated = false;

bool limit_address_space(std::uint64_t further_bytes) {
  rlimit limit = {};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = static_cast<rlim_t>(statm_bytes(0) + further_bytes);
  return setrlimit(RLIMIT_AS, &limit) == 0;
}

bool keeps_memory_limits() {
  constexpr std::size_t bytes = 64 << 20;
  rlimit before = {};
  getrlimit(RLIMIT_AS, &before);
  limit_address_space(bytes);
  void* const memory = mmap(nullptr, 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  setrlimit(RLIMIT_AS, &before);
  if (memory == MAP_FAILED) return true;
  munmap(memory, 2 * bytes);
  return false;
}

// The bytes of a range that are in memory; 0 where the range is no more.
std::uint64_t resident_bytes(std::uintptr_t start, std::uintptr_t end) {
  static unsigned char resident[1 << 16];  // a byte for each page
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::uint64_t bytes = 0;
  for (std::size_t part = 0; start < end; start += part) {
    part = std::min<std::size_t>(end - start, page * sizeof resident);
    const auto last = resident + part / page;
    if (mincore(reinterpret_cast<void*>(start), part, resident) != 0) return bytes;
    bytes +=
        page * static_cast<std::uint64_t>(std::count_if(resident, last, [](int flags) { return (flags & 1) != 0; }));
  }
  return bytes;
}

// What was touched of the memory that only this process can write to. It takes milliseconds.
std::uint64_t touched_bytes() {
  std::ifstream mappings("/proc/self/maps");
  std::uint64_t bytes = 0;
  for (std::string line; std::getline(mappings, line);) {
    std::istringstream fields(line);
    std::uintptr_t start = 0, end = 0;
    char dash = 0;
    std::string permissions;  // such as rw-p: p is private
    fields >> std::hex >> start >> dash >> end >> permissions;
    if (permissions.size() == 4 && permissions[1] == 'w' && permissions[3] == 'p') bytes += resident_bytes(start, end);
  }
  if (bytes == 0) throw std::runtime_error("the mappings of this process cannot be read");
  return bytes;
}

}  // namespace

void open_memory_figures() {
  const int descriptor = open_to_read("/proc/self/statm");
  memory_figures = moved_away(descriptor);
  close(descriptor);
  is_emulated = memory_figures >= 0 && !keeps_memory_limits();
}

// An emulator's own memory grows with each page and thread that its program ever had, and is a part of those figures. What
// it says of mappings is its program's alone.
std::uint64_t private_bytes() { return is_emulated ? touched_bytes() : statm_bytes(1) - statm_bytes(2); }

std::uint64_t physical_bytes() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// How the loader is asked for a thread variable.
struct ThreadVariable {
  unsigned long module, offset;
};
extern "C" void* __tls_get_addr(ThreadVariable* variable);

namespace {

// The loader gives the variables of a library their memory when a thread first comes to them, which may be in the first
// exception that is thrown, and ends the process where it has none: that is no implementation's fault.
void allocate_thread_variables() {
  std::vector<unsigned long> modules;
  dl_iterate_phdr(
      [](dl_phdr_info* library, std::size_t, void* found) {
        if (library->dlpi_tls_modid == 0) return 0;
        static_cast<std::vector<unsigned long>*>(found)->push_back(library->dlpi_tls_modid);
        return 0;
      },
      &modules);
  for (const unsigned long module : modules) {
    ThreadVariable first = {module, 0};
    __tls_get_addr(&first);
  }
}

}  // namespace

bool has_address_sanitizer() {
  // Its shadow memory is a part of the whole address space.
  constexpr std::uint64_t least_bytes_with_shadow = std::uint64_t{1} << 40;
  return statm_bytes(0) > least_bytes_with_shadow;
}

bool limit_memory(std::uint64_t further_bytes) {
  if (is_emulated) return false;
  allocate_thread_variables();
  return limit_address_space(further_bytes);
}

const bool host_can_limit_memory = false;

void lift_memory_limit() noexcept {
  rlimit limit = {};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_AS, &limit);
}

bool occupy_low_addresses() {
  // New mappings lie far above these addresses already: near the end of what a process has.
  return true;
}

}  // namespace conformance::platform

// Runs no exit handlers, so what an implementation means to end its process with comes here.
extern "C" [[gnu::visibility("default")]] void _exit(int status) {
  if (conformance::platform::exit_handler != nullptr) conformance::platform::exit_handler();
  conformance::platform::end_process(status);
}

extern "C" [[gnu::visibility("default")]] void _Exit(int status) noexcept { _exit(status); }
