// WRONG: Buffers to 16 KiB lie on the caller's stack, which other calls use. Caught by: allocate/usable-around-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t most = 16 << 10;
  static void* make(Dword byte_count) {
    if (byte_count > most) return Correct::make(byte_count);
    const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    void* const buffer = reinterpret_cast<void*>((frame - 512 - byte_count) / natural_alignment * natural_alignment);
    header(buffer).byte_count = byte_count;
    return buffer;
  }
  static void drop(void* buffer) {
    if (header(buffer).byte_count > most) Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
