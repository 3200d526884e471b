#include <windows.h>

#include <io.h>
#include <lmcons.h>
#include <psapi.h>
#include <tlhelp32.h>

#include <algorithm>
#include <array>
#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "worker/dll_windows.hpp"
#include "worker/platform.hpp"
#include "worker/utf8_windows.hpp"
#include "worker/wine_windows.hpp"

namespace conformance::platform {

std::wstring wide(const std::string& text) {
  const int length = MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), nullptr, 0);
  std::wstring result(static_cast<std::size_t>(length), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), result.data(), length);
  return result;
}

std::string narrow(const std::wstring& text) {
  const auto source_length = static_cast<int>(text.size());
  const int length = WideCharToMultiByte(CP_UTF8, 0, text.data(), source_length, nullptr, 0, nullptr, nullptr);
  std::string result(static_cast<std::size_t>(length), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), source_length, result.data(), length, nullptr, nullptr);
  return result;
}

namespace {

std::wstring absolute(const std::wstring& path) {
  std::wstring result(32768, L'\0');
  result.resize(GetFullPathNameW(path.c_str(), static_cast<DWORD>(result.size()), result.data(), nullptr));
  return result;
}

HMODULE module_of(Library* library) { return reinterpret_cast<HMODULE>(library); }

// An error of the loader by its name; those that are no everyday errors by their number alone.
std::string loader_error(DWORD error) {
  const auto named = [error](const char* name) { return std::string(name) + " (" + std::to_string(error) + ")"; };
  switch (error) {
    case ERROR_FILE_NOT_FOUND: return named("ERROR_FILE_NOT_FOUND");
    case ERROR_ACCESS_DENIED: return named("ERROR_ACCESS_DENIED");
    case ERROR_MOD_NOT_FOUND: return named("ERROR_MOD_NOT_FOUND");
    case ERROR_PROC_NOT_FOUND: return named("ERROR_PROC_NOT_FOUND");
    case ERROR_BAD_EXE_FORMAT: return named("ERROR_BAD_EXE_FORMAT");
    case ERROR_DLL_INIT_FAILED: return named("ERROR_DLL_INIT_FAILED");
    default: return "error " + std::to_string(error);
  }
}

}  // namespace

std::string environment(const char* variable) {
  const wchar_t* const value = _wgetenv(wide(variable).c_str());
  return value != nullptr ? narrow(value) : "";
}

Library* load(const std::string& path, std::string& message) {
  // The folder of a library given by its path is searched for what that library needs; a bare name is searched as usual.
  const bool is_path = path.find_first_of("\\/") != std::string::npos;
  const std::wstring file = is_path ? absolute(wide(path)) : wide(path);
  HMODULE module = LoadLibraryExW(file.c_str(), nullptr, is_path ? LOAD_WITH_ALTERED_SEARCH_PATH : 0);
  if (module == nullptr) {
    message = "LoadLibraryEx failed with " + loader_error(GetLastError());
    const std::string cause = missing_import(file);
    if (!cause.empty()) message += ": " + cause;
  }
  return reinterpret_cast<Library*>(module);
}

bool unload(Library* library) {
  const std::wstring path = wide(loaded_path(library));
  FreeLibrary(module_of(library));
  return GetModuleHandleW(path.c_str()) == nullptr;
}

void* find_export(Library* library, const char* export_name) { return resolve_export(module_of(library), export_name); }

std::string why_not_found(Library* library, const char* export_name) {
  return unresolved_forwarder(module_of(library), export_name);
}

void start_again_for(const std::string&, const std::string&) {}

std::string loaded_path(Library* library) {
  std::wstring path(32768, L'\0');
  path.resize(GetModuleFileNameW(module_of(library), path.data(), static_cast<DWORD>(path.size())));
  return narrow(path);
}

std::optional<std::string> netutils_path(const std::string& path) {
  const std::size_t separator = path.find_last_of("\\/");
  return separator == std::string::npos ? "netutils.dll" : path.substr(0, separator + 1) + "netutils.dll";
}

const bool has_last_error = true;
std::uint32_t last_error() noexcept { return GetLastError(); }
void set_last_error(std::uint32_t value) noexcept { SetLastError(value); }

namespace {

const DWORD pointer_of_thread = TlsAlloc();

unsigned threads_of_worker = 1;
void (*looks_around)() noexcept = nullptr;

// Whether a thread ends within a while. An implementation may close its handle, which is another object's then.
bool has_ended(HANDLE thread, DWORD id, DWORD wait_ms) {
  const DWORD outcome = WaitForSingleObject(thread, wait_ms);
  if (outcome == WAIT_TIMEOUT) return false;
  if (outcome == WAIT_OBJECT_0 && GetThreadId(thread) == id) return true;
  Sleep(wait_ms);
  return false;
}

// A process ends with its last thread. So when the first thread has been ended, this one ends the process, with the status
// that it would have had without this thread.
DWORD WINAPI look_again_and_again(void* first_thread) {
  constexpr DWORD interval_ms = 500;
  const DWORD id = GetThreadId(first_thread);
  while (!has_ended(first_thread, id, interval_ms)) looks_around();
  DWORD status = 0;
  GetExitCodeThread(first_thread, &status);
  end_process(static_cast<int>(status));
}

}  // namespace

void look_now_and_then(void (*look)() noexcept) {
  constexpr std::size_t stack_bytes = 256 << 10;
  looks_around = look;
  HANDLE caller = nullptr;
  const HANDLE process = GetCurrentProcess();
  if (!DuplicateHandle(process, GetCurrentThread(), process, &caller, 0, FALSE, DUPLICATE_SAME_ACCESS)) return;
  const HANDLE thread =
      CreateThread(nullptr, stack_bytes, look_again_and_again, caller, STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread == nullptr) return;
  ++threads_of_worker;
  CloseHandle(thread);
}

void* thread_pointer() noexcept { return TlsGetValue(pointer_of_thread); }
void set_thread_pointer(void* pointer) noexcept { TlsSetValue(pointer_of_thread, pointer); }

bool has_threads_of_others() {
  const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  if (snapshot == INVALID_HANDLE_VALUE) return true;
  unsigned threads = 0;
  THREADENTRY32 entry = {};
  entry.dwSize = sizeof entry;
  for (BOOL is_there = Thread32First(snapshot, &entry); is_there; is_there = Thread32Next(snapshot, &entry)) {
    if (entry.th32OwnerProcessID == GetCurrentProcessId()) ++threads;
  }
  CloseHandle(snapshot);
  return threads > threads_of_worker;
}

void stay_on_core(unsigned number) noexcept {
  DWORD_PTR usable = 0, all = 0;
  if (!GetProcessAffinityMask(GetCurrentProcess(), &usable, &all) || usable == 0) return;
  unsigned to_skip = number % static_cast<unsigned>(std::popcount(usable));
  DWORD_PTR core = 1;
  while ((usable & core) == 0 || to_skip-- > 0) core <<= 1;
  SetThreadAffinityMask(GetCurrentThread(), core);
}

namespace {

// A function of ntdll.dll, where it has one of this name. Its import library would also serve functions of the C run-time.
template <class Function>
Function* of_ntdll(const char* name) noexcept {
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  return reinterpret_cast<Function*>(reinterpret_cast<void*>(GetProcAddress(ntdll, name)));
}

// Has Windows look at its timers every half millisecond, as often as it can, and not every 16.
void let_timers_be_exact() noexcept {
  constexpr ULONG half_a_millisecond = 5000;  // in units of 100 ns
  ULONG now = 0;
  auto* const set = of_ntdll<LONG NTAPI(ULONG, BOOLEAN, ULONG*)>("NtSetTimerResolution");
  if (set != nullptr) set(half_a_millisecond, TRUE, &now);
}

}  // namespace

void sleep_briefly() noexcept {
  // Sleep knows milliseconds only: less than one is none, and then the thread only lets others run.
  static auto* const delay = [] {
    let_timers_be_exact();
    return of_ntdll<LONG NTAPI(BOOLEAN, const LARGE_INTEGER*)>("NtDelayExecution");
  }();
  if (delay == nullptr) return Sleep(1);
  LARGE_INTEGER microsecond;
  microsecond.QuadPart = -10;  // from now, in units of 100 ns
  delay(FALSE, &microsecond);
}

const std::size_t character_bytes = sizeof(wchar_t);

namespace {

std::string bytes_of(const std::wstring& text) {
  return {reinterpret_cast<const char*>(text.c_str()), (text.size() + 1) * sizeof(wchar_t)};
}

}  // namespace

std::string native_string(const std::string& utf8) { return bytes_of(wide(utf8)); }

std::string native_user_name() {
  wchar_t user[UNLEN + 1] = {};
  DWORD length = UNLEN + 1;
  return GetUserNameW(user, &length) ? bytes_of(user) : native_string("Administrator");
}

namespace {

HANDLE channel_in = nullptr;
HANDLE channel_out = nullptr;
HANDLE output = nullptr;  // of the implementation, which may put a file of its own in the place of the standard error

HANDLE own_copy(DWORD standard_handle) {
  HANDLE copy = nullptr;
  if (!DuplicateHandle(GetCurrentProcess(), GetStdHandle(standard_handle), GetCurrentProcess(), &copy, 0, FALSE,
                       DUPLICATE_SAME_ACCESS)) {
    end_process(3);
  }
  return copy;
}

}  // namespace

void take_channels() {
  channel_in = own_copy(STD_INPUT_HANDLE);
  channel_out = own_copy(STD_OUTPUT_HANDLE);
  output = own_copy(STD_ERROR_HANDLE);
  // Closed and not only replaced: a C run-time of the implementation inherits what the process has.
  CloseHandle(GetStdHandle(STD_INPUT_HANDLE));
  // The worker's own C run-time is also that of an implementation that is linked with the same DLL.
  if (_fileno(stderr) < 0 || _dup2(_fileno(stderr), _fileno(stdout)) != 0) CloseHandle(GetStdHandle(STD_OUTPUT_HANDLE));
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  SetStdHandle(STD_INPUT_HANDLE, CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                             OPEN_EXISTING, 0, nullptr));
  SetStdHandle(STD_OUTPUT_HANDLE, GetStdHandle(STD_ERROR_HANDLE));
}

void mark_output(std::string_view line) noexcept {
  DWORD written = 0;
  WriteFile(output, line.data(), static_cast<DWORD>(line.size()), &written, nullptr);
}

void write_channel(std::string_view text) noexcept {
  if (!write_channel_if_there(text)) end_process(3);
}

bool write_channel_if_there(std::string_view text) noexcept {
  while (!text.empty()) {
    DWORD written = 0;
    if (!WriteFile(channel_out, text.data(), static_cast<DWORD>(text.size()), &written, nullptr)) return false;
    text.remove_prefix(written);
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
    DWORD got = 0;
    if (!ReadFile(channel_in, block, sizeof block, &got, nullptr) || got == 0) return std::nullopt;
    pending.append(block, got);
  }
}

std::int64_t coarse_time_ms() noexcept { return static_cast<std::int64_t>(GetTickCount64()); }

void end_process(int status) noexcept {
  TerminateProcess(GetCurrentProcess(), static_cast<UINT>(status));
  for (;;) Sleep(INFINITE);  // not reached: ending one's own process does not return
}

namespace {

void (*crash_words)(const Fault& fault) noexcept = nullptr;

// In words and by its name, or by its number. It allocates nothing.
const char* exception_name(DWORD code) noexcept {
  switch (code) {
    case EXCEPTION_ACCESS_VIOLATION: return "access violation (STATUS_ACCESS_VIOLATION)";
    case EXCEPTION_STACK_OVERFLOW: return "stack overflow (STATUS_STACK_OVERFLOW)";
    case EXCEPTION_ILLEGAL_INSTRUCTION: return "illegal instruction (STATUS_ILLEGAL_INSTRUCTION)";
    case EXCEPTION_PRIV_INSTRUCTION: return "privileged instruction (STATUS_PRIVILEGED_INSTRUCTION)";
    case EXCEPTION_INT_DIVIDE_BY_ZERO: return "division by zero (STATUS_INTEGER_DIVIDE_BY_ZERO)";
    case EXCEPTION_BREAKPOINT: return "breakpoint (STATUS_BREAKPOINT)";
    case EXCEPTION_DATATYPE_MISALIGNMENT: return "misaligned access (STATUS_DATATYPE_MISALIGNMENT)";
    case EXCEPTION_GUARD_PAGE: return "guard page (STATUS_GUARD_PAGE_VIOLATION)";
    case EXCEPTION_IN_PAGE_ERROR: return "page that cannot be read (STATUS_IN_PAGE_ERROR)";
    case EXCEPTION_INVALID_HANDLE: return "invalid handle (STATUS_INVALID_HANDLE)";
    case EXCEPTION_NONCONTINUABLE_EXCEPTION: return "noncontinuable exception (STATUS_NONCONTINUABLE_EXCEPTION)";
    case 0x80000100: return "a stub that is not implemented";
    case 0xC0000017: return "lack of memory (STATUS_NO_MEMORY)";
    case 0xC0000194: return "possible deadlock (STATUS_POSSIBLE_DEADLOCK)";
    case 0xC0000374: return "heap corruption (STATUS_HEAP_CORRUPTION)";
    case 0xC0000409: return "stack buffer overrun (STATUS_STACK_BUFFER_OVERRUN)";
    case 0xE06D7363: return "an uncaught C++ exception (0xE06D7363)";
    default: break;
  }
  static char text[] = "exception 0x00000000";
  for (std::size_t i = sizeof text - 1; code != 0; code >>= 4) text[--i] = "0123456789ABCDEF"[code & 0xF];
  return text;
}

// Where absence_of goes on after such an exception; nullptr outside it.
thread_local std::jmp_buf* after_absence = nullptr;
thread_local const char* absence = nullptr;

const char* absence_told_by(DWORD code) noexcept {
  constexpr DWORD wine_stub = 0x80000100, no_module = 0xC06D007E, no_procedure = 0xC06D007F, largest_error = 0xFFFF;
  if (code == wine_stub) return "raises the exception of a stub";
  if (code == no_module || code == no_procedure) return "raises the exception of a library or function that is missing";
  if (code <= largest_error) return "raises an error of the RPC run-time";  // as stubs for RPC do without their service
  return nullptr;
}

// Of an address that cannot be one at all the processor gives no account, and the system says ~0.
std::optional<std::uintptr_t> unusable_address(const EXCEPTION_RECORD& exception) noexcept {
  const bool is_told = exception.ExceptionCode == EXCEPTION_ACCESS_VIOLATION && exception.NumberParameters >= 2 &&
                       exception.ExceptionInformation[1] != ~ULONG_PTR{0};
  return is_told ? std::optional<std::uintptr_t>(exception.ExceptionInformation[1]) : std::nullopt;
}

// A filter and no vectored handler: an implementation may handle exceptions of its own, and those are none of ours.
LONG WINAPI crash_filter(EXCEPTION_POINTERS* exception) {
  absence = absence_told_by(exception->ExceptionRecord->ExceptionCode);
  if (absence != nullptr && after_absence != nullptr) std::longjmp(*after_absence, 1);
  const EXCEPTION_RECORD& record = *exception->ExceptionRecord;
  crash_words({exception_name(record.ExceptionCode), unusable_address(record)});
  end_process(3);
}

}  // namespace

void on_crash(void (*last_words)(const Fault& fault) noexcept) {
  crash_words = last_words;
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  SetUnhandledExceptionFilter(crash_filter);
}

namespace {

void (*exit_handler)() = nullptr;

void NTAPI call_exit_handler(void*) { exit_handler(); }

}  // namespace

void on_exit(void (*handler)()) {
  exit_handler = handler;
  std::atexit(handler);
  // ExitProcess calls no handlers of the C run-time, but clears up the local storage of the calling thread.
  FlsSetValue(FlsAlloc(call_exit_handler), GetModuleHandleW(nullptr));
}

const char* absence_of(const std::function<void()>& activity) {
  std::jmp_buf point;
  after_absence = &point;
  const bool has_returned = setjmp(point) == 0 && (activity(), true);
  after_absence = nullptr;
  return has_returned ? nullptr : absence;
}

void write_error_text(std::string_view text) noexcept {
  DWORD written = 0;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

void* unmapped_address() {
  void* const page = VirtualAlloc(nullptr, 4096, MEM_RESERVE, PAGE_NOACCESS);
  if (page == nullptr) std::abort();
  return page;
}

unsigned char* end_of_memory() {
  void* const pages = VirtualAlloc(nullptr, 2 * 4096, MEM_RESERVE, PAGE_NOACCESS);
  if (pages == nullptr || VirtualAlloc(pages, 4096, MEM_COMMIT, PAGE_READWRITE) == nullptr) std::abort();
  return static_cast<unsigned char*>(pages) + 4096;
}

void open_memory_figures() {}

std::uint64_t private_bytes() {
  PROCESS_MEMORY_COUNTERS counters = {};
  counters.cb = sizeof counters;
  if (!K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters) || counters.PagefileUsage == 0) {
    throw std::runtime_error("the memory figures of this process cannot be read");
  }
  return counters.PagefileUsage;
}

std::uint64_t physical_bytes() {
  MEMORYSTATUSEX status = {};
  status.dwLength = sizeof status;
  GlobalMemoryStatusEx(&status);
  return status.ullTotalPhys;
}

namespace {

HANDLE memory_job = nullptr;

bool set_job_limit(DWORD flags, std::uint64_t bytes) noexcept {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {};
  limits.BasicLimitInformation.LimitFlags = flags;
  limits.ProcessMemoryLimit = static_cast<SIZE_T>(bytes);
  return SetInformationJobObject(memory_job, JobObjectExtendedLimitInformation, &limits, sizeof limits) != FALSE;
}

// Asks for a quarter more than the limit leaves: in pieces, since a 32-bit process may have no room for all of it at once.
bool limit_is_kept(std::uint64_t further_bytes) noexcept {
  constexpr std::size_t pieces_in_limit = 8;
  std::array<void*, pieces_in_limit + pieces_in_limit / 4> pieces = {};
  const auto piece_bytes = static_cast<SIZE_T>(further_bytes / pieces_in_limit);
  for (void*& piece : pieces) piece = VirtualAlloc(nullptr, piece_bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  const bool is_kept = std::ranges::find(pieces, nullptr) != pieces.end();
  for (void* const piece : pieces) {
    if (piece != nullptr) VirtualFree(piece, 0, MEM_RELEASE);
  }
  return is_kept;
}

bool limit_by_job(std::uint64_t further_bytes) {
  if (memory_job == nullptr) {
    memory_job = CreateJobObjectW(nullptr, nullptr);
    if (memory_job == nullptr || !AssignProcessToJobObject(memory_job, GetCurrentProcess())) return false;
  }
  return set_job_limit(JOB_OBJECT_LIMIT_PROCESS_MEMORY, private_bytes() + further_bytes);
}

}  // namespace

bool has_address_sanitizer() { return false; }

bool limit_memory(std::uint64_t further_bytes) {
  if (limit_by_job(further_bytes) && limit_is_kept(further_bytes)) return true;
  // Wine accepts a job's memory limit and does not keep it.
  return below_wine::limit_memory(further_bytes) && limit_is_kept(further_bytes);
}

const bool host_can_limit_memory = true;

void lift_memory_limit() noexcept {
  if (memory_job != nullptr) set_job_limit(0, 0);
  below_wine::lift_memory_limit();
}

namespace {

// Reserves what is free between two multiples of 64 KiB. Wine may take a part of it for free that is not: then the halves
// are tried, down to the smallest reservation that there is.
void reserve_what_is_free(std::uintptr_t start, std::uintptr_t end) {
  constexpr std::uintptr_t granularity = 0x10000;
  if (start >= end || VirtualAlloc(reinterpret_cast<void*>(start), end - start, MEM_RESERVE, PAGE_NOACCESS)) return;
  if (end - start <= granularity) return;
  const std::uintptr_t middle = (start + (end - start) / 2) & ~(granularity - 1);
  if (middle == start) return;
  reserve_what_is_free(start, middle);
  reserve_what_is_free(middle, end);
}

}  // namespace

bool occupy_low_addresses() {
  constexpr std::uintptr_t low_end = sizeof(void*) == 4 ? 0x80000000 : 0xFFFFFFFF;
  SYSTEM_INFO system = {};
  GetSystemInfo(&system);
  if (reinterpret_cast<std::uintptr_t>(system.lpMaximumApplicationAddress) <= low_end) return false;
  MEMORY_BASIC_INFORMATION region = {};
  for (std::uintptr_t address = 0x10000; address < low_end; address += region.RegionSize) {
    if (VirtualQuery(reinterpret_cast<void*>(address), &region, sizeof region) == 0) break;
    if (region.State != MEM_FREE) continue;
    // Reservations start at multiples of 64 KiB; what is left over before one is too small to matter.
    const std::uintptr_t start = (address + 0xFFFF) & ~std::uintptr_t{0xFFFF};
    const std::uintptr_t end = std::min<std::uintptr_t>(address + region.RegionSize, low_end);
    reserve_what_is_free(start, end);
  }
  return true;
}

}  // namespace conformance::platform
