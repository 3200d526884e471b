// WRONG: A Reallocate of a small buffer that fails keeps the lock of small buffers. Caught by: reallocate/failure-keeps-old-small-out-of-memory.
#include <mutex>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr Dword small = 1024;
  static inline std::mutex mutex;

  static void drop(void* buffer) {
    const bool is_small = header(buffer).byte_count <= small;
    if (is_small) mutex.lock();
    Correct::drop(buffer);
    if (is_small) mutex.unlock();
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr && header(old_buffer).byte_count <= small) mutex.lock();
    return buffer;
  }
};

EXPORT_ALL(Faulty)
