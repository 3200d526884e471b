// WRONG: Reallocate copies all of the old buffer, beyond the end of a smaller new one. Caught by: reallocate/changes-size-65536-to-16.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    std::memcpy(buffer, old_buffer, header(old_buffer).byte_count);
    drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
