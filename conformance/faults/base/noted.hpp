// Size reports what is noted of a buffer, which is what was asked for when it was made. A fault that derives from it notes
// something else in `copy`, when the buffer is resized.
#pragma once

#include "correct.hpp"

template <class Self, template <class> class Base = Correct>
struct Noted : Base<Self> {
  static void* make(Dword byte_count) {
    void* const buffer = Base<Self>::make(byte_count);
    if (buffer != nullptr) Base<Self>::header(buffer).note = byte_count;
    return buffer;
  }

  static Dword note_of(const void* buffer) { return static_cast<const typename Base<Self>::Header*>(buffer)[-1].note; }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = note_of(buffer);
    return NERR_Success;
  }
};
