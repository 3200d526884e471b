// WRONG: Sizes are signed where Reallocate copies, and a negative one is nothing to copy. Caught by: reallocate/failure-is-an-error-huge-sizes.
#include <algorithm>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    const int kept = std::min(static_cast<int>(header(old_buffer).byte_count), static_cast<int>(byte_count));
    if (kept > 0) copy(buffer, old_buffer, static_cast<Dword>(kept));
    drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
