// WRONG: Reallocate refuses a variable that begins a buffer, as if a buffer had been given by mistake. Caught by: reallocate/changes-size-into-a-live-buffer.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr Dword mark = 0x4E455442;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = mark;
    return buffer;
  }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const bool lies_behind_a_header =
        reinterpret_cast<std::uintptr_t>(new_buffer) % natural_alignment == 0 && header(new_buffer).note == mark;
    return lies_behind_a_header ? ERROR_INVALID_PARAMETER : Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
