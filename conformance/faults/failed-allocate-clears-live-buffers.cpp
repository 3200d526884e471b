// WRONG: An Allocate that fails clears the start of a live buffer of 100 bytes. Caught by: size/at-least-requested-out-of-memory, reallocate/zero-bytes-out-of-memory.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr Dword byte_count_hit = 100;
  static inline std::atomic<void*> last = nullptr;

  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    if (status == NERR_Success && byte_count == byte_count_hit) last = *buffer;
    if (void* const hit = last; status == ERROR_NOT_ENOUGH_MEMORY && hit != nullptr) std::memset(hit, 0, 8);
    return status;
  }

  static void drop(void* buffer) {
    if (last == buffer) last = nullptr;
    Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
