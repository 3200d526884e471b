// DEVIATES: allocate/capacity. No more than 512 buffers of 64 KiB or more can live at once. Caught by: allocate/capacity-1500-buffers-of-100-kb.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr Dword large = 64 << 10;
  static constexpr int most_live = 512;
  static inline std::atomic<int> live = 0;

  static void* make(Dword byte_count) {
    if (byte_count < large) return Correct::make(byte_count);
    void* const buffer = live.fetch_add(1) < most_live ? Correct::make(byte_count) : nullptr;
    if (buffer == nullptr) --live;
    return buffer;
  }
  static void drop(void* buffer) {
    if (header(buffer).byte_count >= large) --live;
    Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
