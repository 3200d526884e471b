// DEVIATES: size/after-reallocate. A grow leaves the size that Size reports as it was, and a shrink does not.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = byte_count;
    return buffer;
  }
  static void copy(void* to, const void* from, Dword bytes) {
    const Dword before = static_cast<const Header*>(from)[-1].note;
    if (before < header(to).note) header(to).note = before;
    Correct::copy(to, from, bytes);
  }
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = header(buffer).note;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
