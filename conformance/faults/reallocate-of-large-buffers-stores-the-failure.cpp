// WRONG: Where a buffer of 1 MiB or more cannot grow, Reallocate takes the system's word for failure for an address. Caught by: reallocate/failure-keeps-old-large-out-of-memory.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    const bool is_large = header(old_buffer).byte_count >= Dword{1} << 20;  // before it may be gone
    void* const buffer = Correct::resize(old_buffer, byte_count);
    return buffer == nullptr && is_large ? reinterpret_cast<void*>(UINTPTR_MAX) : buffer;
  }
};

EXPORT_ALL(Faulty)
