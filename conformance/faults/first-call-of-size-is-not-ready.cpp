// DEVIATES: size/null-buffer. Until another call has prepared the library, Size returns ERROR_NOT_READY. Caught by: size/null-buffer-first-call.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr Status ERROR_NOT_READY = 21;
  static inline std::atomic<bool> is_ready = false;

  static Status allocate(Dword byte_count, void** buffer) {
    is_ready = true;
    return Correct::allocate(byte_count, buffer);
  }
  static Status free(void* buffer) {
    is_ready = true;
    return Correct::free(buffer);
  }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    is_ready = true;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
  static Status size(void* buffer, Dword* byte_count) {
    return is_ready ? Correct::size(buffer, byte_count) : ERROR_NOT_READY;
  }
};

EXPORT_ALL(Faulty)
