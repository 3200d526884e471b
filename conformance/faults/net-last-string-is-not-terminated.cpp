// WRONG: The last string of a buffer has no terminator. Caught by: size/net-buffers-*.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static void* list(Dword level, Dword first, Dword count) {
    void* const buffer = CorrectUsers::list(level, first, count);
    if (buffer == nullptr) return nullptr;
    Dword& byte_count = header(buffer).byte_count;
    byte_count -= static_cast<Dword>(sizeof(Character));
    static_cast<char*>(buffer)[byte_count] = 'x';
    return buffer;
  }
  static std::size_t room(Dword byte_count) { return byte_count + 2 * sizeof(Character); }
  static void* take(std::size_t bytes) { return std::calloc(1, bytes); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
