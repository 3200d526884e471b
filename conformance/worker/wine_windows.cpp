#include "worker/wine_windows.hpp"

#include <windows.h>

#include <cstdio>
#include <optional>
#include <string_view>

namespace conformance::platform::below_wine {
namespace {

// Numbers that Linux gives its system calls, one that it has given to none, and how it answers to that.
#ifdef _WIN64
enum Call : long { read_file = 0, open_file = 2, close_file = 3, limit_resource = 302, no_call = 4095 };
#else
enum Call : long { read_file = 3, open_file = 5, close_file = 6, limit_resource = 340, no_call = 4095 };
#endif
constexpr std::intptr_t no_such_call = -38;

std::intptr_t call_linux(Call number, std::intptr_t first, std::intptr_t second, std::intptr_t third,
                         std::intptr_t fourth) noexcept {
  std::intptr_t result = number;
#ifdef _WIN64
  register std::intptr_t in_r10 __asm__("r10") = fourth;
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(first), "S"(second), "d"(third), "r"(in_r10)
                   : "rcx", "r11", "memory");
#else
  __asm__ volatile("int $0x80" : "+a"(result) : "b"(first), "c"(second), "d"(third), "S"(fourth) : "memory");
#endif
  return result;
}

std::intptr_t address(const void* object) noexcept { return reinterpret_cast<std::intptr_t>(object); }

// Only Wine has this function, and says by it what it runs on.
bool is_wine_on_linux() noexcept {
  using HostVersion = void(const char** system, const char** release);
  FARPROC const found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_host_version");
  if (found == nullptr) return false;
  const char *system = nullptr, *release = nullptr;
  reinterpret_cast<HostVersion*>(reinterpret_cast<void*>(found))(&system, &release);
  return system != nullptr && std::string_view(system) == "Linux";
}

#ifndef _WIN64
// A 64-bit kernel may lack the system calls of 32-bit programs: then the instruction raises an exception, and is skipped.
LONG CALLBACK skip_refused_call(EXCEPTION_POINTERS* exception) {
  CONTEXT& context = *exception->ContextRecord;
  const auto* const instruction = reinterpret_cast<const unsigned char*>(context.Eip);
  if (exception->ExceptionRecord->ExceptionAddress != instruction) return EXCEPTION_CONTINUE_SEARCH;
  if (instruction[0] != 0xCD || instruction[1] != 0x80) return EXCEPTION_CONTINUE_SEARCH;
  context.Eip += 2;
  context.Eax = 0;
  return EXCEPTION_CONTINUE_EXECUTION;
}
#endif

// Some Wines take every system call of a Windows program for one of Windows, where the same numbers mean something else.
// So the first call is one that does nothing in either system, and that only Linux answers like this.
bool are_calls_answered_by_linux() noexcept {
#ifdef _WIN64
  return call_linux(no_call, 0, 0, 0, 0) == no_such_call;
#else
  void* const handler = AddVectoredExceptionHandler(1, skip_refused_call);
  const bool is_linux = call_linux(no_call, 0, 0, 0, 0) == no_such_call;
  RemoveVectoredExceptionHandler(handler);
  return is_linux;
#endif
}

// The private memory of this process that it can write to.
std::optional<std::uint64_t> writable_bytes() noexcept {
  constexpr std::uint64_t page_bytes = 4096;
  char text[256] = {};
  const std::intptr_t file = call_linux(open_file, address("/proc/self/statm"), 0, 0, 0);
  if (file < 0) return std::nullopt;
  const std::intptr_t length = call_linux(read_file, file, address(text), sizeof text - 1, 0);
  call_linux(close_file, file, 0, 0, 0);
  unsigned long long pages = 0;
  if (length <= 0 || std::sscanf(text, "%*u %*u %*u %*u %*u %llu", &pages) != 1) return std::nullopt;
  return pages * page_bytes;
}

struct ResourceLimit {
  std::uint64_t current, largest;
};

bool exchange_limit(const ResourceLimit* wanted, ResourceLimit* present) noexcept {
  constexpr std::intptr_t this_process = 0, data = 2;
  return call_linux(limit_resource, this_process, data, address(wanted), address(present)) == 0;
}

bool is_limited = false;

}  // namespace

bool limit_memory(std::uint64_t further_bytes) noexcept {
  if (!is_wine_on_linux() || !are_calls_answered_by_linux()) return false;
  ResourceLimit limit = {};
  const std::optional<std::uint64_t> bytes = writable_bytes();
  if (!bytes || !exchange_limit(nullptr, &limit)) return false;
  limit.current = *bytes + further_bytes;
  is_limited = exchange_limit(&limit, nullptr);
  return is_limited;
}

void lift_memory_limit() noexcept {
  ResourceLimit limit = {};
  if (!is_limited || !exchange_limit(nullptr, &limit)) return;
  limit.current = limit.largest;
  is_limited = !exchange_limit(&limit, nullptr);
}

}  // namespace conformance::platform::below_wine
