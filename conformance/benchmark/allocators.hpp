// What is measured, behind one interface: a library's four functions, or the C library's, which are the floor.
#pragma once

#include <cstdlib>
#include <string>

#include "apibuffer.h"
#include "worker/platform.hpp"

namespace conformance::benchmark {

constexpr int exit_cannot_run = 3;

// A call that fails takes a different time from one that does its work, so its figure would mislead. It may fail in any
// thread, so this ends the process.
[[noreturn]] inline void give_up(const std::string& what) {
  platform::write_error_text("apibuf-benchmark: " + what + "\n");
  platform::end_process(exit_cannot_run);
}

// The functions of a loaded library. Those that it does not export are nullptr; no scenario that needs them is measured.
class NetApi {
 public:
  explicit NetApi(platform::Library* library)
      : allocate_(function<Allocate>(library, "NetApiBufferAllocate")),
        free_(function<Free>(library, "NetApiBufferFree")),
        reallocate_(function<Reallocate>(library, "NetApiBufferReallocate")),
        size_(function<Size>(library, "NetApiBufferSize")) {}

  bool has_basics() const { return allocate_ != nullptr && free_ != nullptr; }
  bool has_reallocate() const { return reallocate_ != nullptr; }
  bool has_size() const { return size_ != nullptr; }

  void* allocate(DWORD byte_count) const {
    void* buffer = nullptr;
    check(allocate_(byte_count, &buffer), "NetApiBufferAllocate");
    return buffer;
  }
  void free(void* buffer) const { check(free_(buffer), "NetApiBufferFree"); }
  void* reallocate(void* buffer, DWORD byte_count) const {
    check(reallocate_(buffer, byte_count, &buffer), "NetApiBufferReallocate");
    return buffer;
  }
  DWORD size(void* buffer) const {
    DWORD byte_count = 0;
    check(size_(buffer, &byte_count), "NetApiBufferSize");
    return byte_count;
  }

 private:
  using Allocate = NET_API_STATUS(NET_API_FUNCTION*)(DWORD, LPVOID*);
  using Free = NET_API_STATUS(NET_API_FUNCTION*)(LPVOID);
  using Reallocate = NET_API_STATUS(NET_API_FUNCTION*)(LPVOID, DWORD, LPVOID*);
  using Size = NET_API_STATUS(NET_API_FUNCTION*)(LPVOID, LPDWORD);

  template <class Function>
  static Function function(platform::Library* library, const char* name) {
    return reinterpret_cast<Function>(platform::find_export(library, name));
  }

  static void check(NET_API_STATUS status, const char* name) {
    if (status != NERR_Success) give_up(name + (" returned " + std::to_string(status)));
  }

  Allocate allocate_;
  Free free_;
  Reallocate reallocate_;
  Size size_;
};

// malloc, realloc and free of this platform's C library. It cannot report sizes, and is not asked to: it stands for a
// program that keeps them itself.
class CLibrary {
 public:
  bool has_basics() const { return true; }
  bool has_reallocate() const { return true; }
  bool has_size() const { return true; }

  void* allocate(DWORD byte_count) const { return checked(std::malloc(byte_count)); }
  void free(void* buffer) const { std::free(buffer); }
  void* reallocate(void* buffer, DWORD byte_count) const { return checked(std::realloc(buffer, byte_count)); }
  DWORD size(void*) const { return 0; }

 private:
  static void* checked(void* buffer) {
    if (buffer == nullptr) give_up("the C library gave no memory");
    return buffer;
  }
};

}  // namespace conformance::benchmark
