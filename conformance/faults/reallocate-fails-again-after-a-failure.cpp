// WRONG: After a Reallocate that found no memory the next one fails as well. Caught by: reallocate/failure-keeps-old-in-use-afterwards.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<bool> has_failed = false;

  static void* resize(void* old_buffer, Dword byte_count) {
    if (has_failed.exchange(false)) return nullptr;
    void* const buffer = Correct::resize(old_buffer, byte_count);
    has_failed = buffer == nullptr;
    return buffer;
  }
};

EXPORT_ALL(Faulty)
