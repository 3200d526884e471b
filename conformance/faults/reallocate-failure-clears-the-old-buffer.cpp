// DEVIATES: reallocate/failure-keeps-old. A Reallocate that fails has zeroed the old buffer. Caught by: reallocate/failure-keeps-old-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr) std::memset(old_buffer, 0, header(old_buffer).byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
