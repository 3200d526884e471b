// WRONG: Reallocate copies as many bytes as were requested, beyond the end of the old buffer. Caught by: reallocate/changes-size-1-to-65536.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    std::memcpy(buffer, old_buffer, byte_count);
    drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
