// DEVIATES: size/net-buffers. The size of a buffer of other functions leaves out the strings in it.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static void* list(Dword level, Dword first, Dword count) {
    void* const buffer = CorrectUsers::list(level, first, count);
    if (buffer != nullptr) header(buffer).byte_count = static_cast<Dword>(count * entry_bytes(level));
    return buffer;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
