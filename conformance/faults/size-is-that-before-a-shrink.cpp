// WRONG: Size reports the old size after a shrink that gave the rest of the memory back. Caught by: size/all-usable-after-shrink.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Guarded::make(byte_count);
    if (buffer != nullptr) header(buffer).note = byte_count;
    return buffer;
  }
  static void copy(void* to, const void* from, Dword bytes) {
    const Dword old_note = static_cast<const Header*>(from)[-1].note;
    if (old_note > header(to).note) header(to).note = old_note;
    Guarded::copy(to, from, bytes);
  }
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = header(buffer).note;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
