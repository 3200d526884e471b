// WRONG: A Reallocate that fails keeps the lock, which its own thread can take once more. Caught by: free/any-thread-after-refusals.
#include <mutex>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::recursive_mutex mutex;

  static void* make(Dword byte_count) {
    const std::lock_guard lock(mutex);
    return Correct::make(byte_count);
  }

  static void drop(void* buffer) {
    const std::lock_guard lock(mutex);
    Correct::drop(buffer);
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    mutex.lock();
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr) return nullptr;
    mutex.unlock();
    return buffer;
  }
};

EXPORT_ALL(Faulty)
