// RIGHT: Buffers are aligned to 64 bytes, which is more than is asked for.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static constexpr std::size_t line = 64;
  // The C library's block lies a line or less before ours, which shows how far.
  static void* take(std::size_t bytes) {
    if (bytes > SIZE_MAX - 2 * line) return nullptr;
    char* const raw = static_cast<char*>(Correct::take(bytes + 2 * line));
    if (raw == nullptr) return nullptr;
    const std::size_t before = 2 * line - sizeof(Header) - reinterpret_cast<std::uintptr_t>(raw) % line;
    raw[before - 1] = static_cast<char>(before);
    return raw + before;
  }
  static void give_back(void* block) {
    char* const place = static_cast<char*>(block);
    Correct::give_back(place - static_cast<unsigned char>(place[-1]));
  }
};

EXPORT_ALL(Unusual)
