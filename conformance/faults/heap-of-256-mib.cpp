// DEVIATES: allocate/capacity. More than 256 MiB cannot be had at once. Caught by: allocate/capacity-24-buffers-of-16-mib.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<std::uint64_t> alive_bytes = 0;

  static void* make(Dword byte_count) {
    if (byte_count < 1 << 20) return Correct::make(byte_count);
    if (alive_bytes + byte_count > 256 << 20) return nullptr;
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) alive_bytes += byte_count;
    return buffer;
  }

  static void drop(void* buffer) {
    if (header(buffer).byte_count >= 1 << 20) alive_bytes -= header(buffer).byte_count;
    Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
