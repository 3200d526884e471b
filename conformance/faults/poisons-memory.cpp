// RIGHT: Fresh buffers hold 0xCD and freed ones 0xDD, as in a debug heap, since no page says what they hold.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  // To fill gigabytes takes longer than a call may.
  static constexpr Dword most = 64 << 20;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr && byte_count <= most) std::memset(buffer, 0xCD, byte_count);
    return buffer;
  }
  static void drop(void* buffer) {
    if (header(buffer).byte_count <= most) std::memset(buffer, 0xDD, header(buffer).byte_count);
    Correct::drop(buffer);
  }
};

EXPORT_ALL(Unusual)
