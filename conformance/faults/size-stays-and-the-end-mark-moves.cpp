// WRONG: A buffer that shrinks by less than 16 bytes in place keeps its size, though the mark behind its end lies within it now. Caught by: size/all-usable-after-a-small-shrink, size/all-usable-after-51-to-36.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr unsigned char mark = 0xE7;

  static std::size_t room(Dword byte_count) { return std::size_t{byte_count} + 1; }
  static unsigned char& end(void* buffer) { return static_cast<unsigned char*>(buffer)[header(buffer).note]; }

  static void set_end(void* buffer, Dword byte_count) {
    header(buffer).note = byte_count;
    end(buffer) = mark;
  }

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) set_end(buffer, byte_count);
    return buffer;
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    const Dword old_byte_count = header(old_buffer).byte_count;
    if (byte_count >= old_byte_count || old_byte_count - byte_count >= 16)
      return Correct::resize(old_buffer, byte_count);
    set_end(old_buffer, byte_count);
    return old_buffer;
  }

  static Status free(void* buffer) {
    return buffer != nullptr && end(buffer) != mark ? ERROR_INVALID_PARAMETER : Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
