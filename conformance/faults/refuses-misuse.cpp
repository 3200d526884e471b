// RIGHT: NULL out-pointers, freed and foreign pointers are refused with ERROR_INVALID_PARAMETER, where no page says anything.
#include <atomic>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static constexpr Dword live = 0x4C495645, gone = 0x474F4E45;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = live;
    return buffer;
  }
  static void drop(void* buffer) {
    header(buffer).note = gone;
    Correct::drop(buffer);
  }
  static bool is_live(void* buffer) {
    return reinterpret_cast<std::uintptr_t>(buffer) % natural_alignment == 0 && header(buffer).note == live;
  }
  static Status free(void* buffer) {
    return buffer == nullptr || is_live(buffer) ? Correct::free(buffer) : ERROR_INVALID_PARAMETER;
  }
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (new_buffer == nullptr || (old_buffer != nullptr && !is_live(old_buffer))) return ERROR_INVALID_PARAMETER;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
  static Status size(void* buffer, Dword* byte_count) {
    if (byte_count == nullptr || buffer == nullptr || !is_live(buffer)) return ERROR_INVALID_PARAMETER;
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Unusual)
