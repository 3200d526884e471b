// What the faults need of Windows; base/linux/platform.hpp has the same names. The system's functions are declared
// here, since its header alone would take longer to compile than all the rest.
#pragma once

#include <cstddef>

#define EXPORTED extern "C" __attribute__((dllexport))
#define STDCALL __stdcall

extern "C" {
__attribute__((dllimport)) void* __stdcall VirtualAlloc(void* address, std::size_t bytes, unsigned long type,
                                                        unsigned long protection);
__attribute__((dllimport)) int __stdcall VirtualFree(void* address, std::size_t bytes, unsigned long type);
__attribute__((dllimport)) int __stdcall VirtualProtect(void* address, std::size_t bytes, unsigned long protection,
                                                        unsigned long* old_protection);
__attribute__((dllimport)) void __stdcall Sleep(unsigned long milliseconds);
__attribute__((dllimport)) void __stdcall SetLastError(unsigned long error);
__attribute__((dllimport)) void __stdcall RaiseException(unsigned long code, unsigned long flags,
                                                         unsigned long argument_count, const std::size_t* arguments);
}

namespace platform {

// What the strings of other network management functions are made of.
using Character = wchar_t;

// ---- pages; sizes are multiples of page_bytes ----

inline constexpr std::size_t page_bytes = 4096;

// Zeroed pages, or nullptr.
inline void* map(std::size_t bytes) {
  constexpr unsigned long reserve_and_commit = 0x3000, read_write = 0x04;
  return VirtualAlloc(nullptr, bytes, reserve_and_commit, read_write);
}

inline void unmap(void* pages, std::size_t) {
  constexpr unsigned long release = 0x8000;
  VirtualFree(pages, 0, release);
}

// From now on the pages are inaccessible.
inline void close(void* pages, std::size_t bytes) {
  constexpr unsigned long no_access = 0x01;
  unsigned long old_protection = 0;
  VirtualProtect(pages, bytes, no_access, &old_protection);
}

// From now on the pages are read-only.
inline void make_read_only(void* pages, std::size_t bytes) {
  constexpr unsigned long read_only = 0x02;
  unsigned long old_protection = 0;
  VirtualProtect(pages, bytes, read_only, &old_protection);
}

// ---- time ----

// Lets another thread run.
inline void yield() { Sleep(0); }

inline void sleep_ms(unsigned milliseconds) { Sleep(milliseconds); }

}  // namespace platform
