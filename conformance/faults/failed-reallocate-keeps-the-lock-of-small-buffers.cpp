// WRONG: A Reallocate of a small buffer that fails keeps the lock of small buffers. Caught by: reallocate/failure-keeps-old-small-out-of-memory.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr Dword small = 1024;
  static inline std::atomic_flag taken;

  static void lock() {
    while (taken.test_and_set(std::memory_order_acquire)) taken.wait(true, std::memory_order_relaxed);
  }

  static void drop(void* buffer) {
    const bool is_small = header(buffer).byte_count <= small;
    if (is_small) lock();
    Correct::drop(buffer);
    if (!is_small) return;
    taken.clear(std::memory_order_release);
    taken.notify_one();
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr && header(old_buffer).byte_count <= small) lock();
    return buffer;
  }
};

EXPORT_ALL(Faulty)
