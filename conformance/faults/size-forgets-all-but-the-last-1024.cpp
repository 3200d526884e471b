// WRONG: Size knows the 1024 buffers that were made last, and of older ones says that they are empty. Caught by: reallocate/keeps-contents-three-thousand-grown.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<Dword> made = 0;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = ++made;
    return buffer;
  }

  static Status size(void* buffer, Dword* byte_count) {
    const Status status = Correct::size(buffer, byte_count);
    if (status == NERR_Success && header(buffer).note + 1024 < made) *byte_count = 0;
    return status;
  }
};

EXPORT_ALL(Faulty)
