// What the faults need of Linux; base/windows/platform.hpp has the same names.
#pragma once

#include <sched.h>
#include <sys/mman.h>
#include <time.h>

#include <cstddef>

#define EXPORTED extern "C" __attribute__((visibility("default")))
#define STDCALL

namespace platform {

// What the strings of other network management functions are made of.
using Character = char;

// ---- pages; sizes are multiples of page_bytes ----

inline constexpr std::size_t page_bytes = 4096;

// Zeroed pages, or nullptr.
inline void* map(std::size_t bytes) {
  void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages != MAP_FAILED ? pages : nullptr;
}

inline void unmap(void* pages, std::size_t bytes) { munmap(pages, bytes); }

// From now on the pages are inaccessible.
inline void close(void* pages, std::size_t bytes) { mprotect(pages, bytes, PROT_NONE); }

// From now on the pages are read-only.
inline void make_read_only(void* pages, std::size_t bytes) { mprotect(pages, bytes, PROT_READ); }

// ---- time ----

// Lets another thread run.
inline void yield() { sched_yield(); }

inline void sleep_ms(unsigned milliseconds) {
  timespec time = {};
  time.tv_sec = static_cast<time_t>(milliseconds / 1000);
  time.tv_nsec = static_cast<long>(milliseconds % 1000) * 1000000;
  nanosleep(&time, nullptr);
}

}  // namespace platform
