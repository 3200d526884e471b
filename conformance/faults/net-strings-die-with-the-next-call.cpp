// WRONG: Strings lie in memory of the library's own, which the next call but one uses again. Caught by: remote/readable-*, free/net-buffers-*.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static inline Character areas[2][1024];
  static inline unsigned calls;
  static inline Character* free_place;

  static std::size_t strings_bytes(Dword, Dword) { return 0; }
  static void* list(Dword level, Dword first, Dword count) {
    Character(&area)[1024] = areas[++calls % 2];
    for (Character& character : area) character = 'x';
    area[1023] = 0;
    free_place = area + calls % 16;
    return CorrectUsers::list(level, first, count);
  }
  static Character* put(Character*&, const char* text) { return CorrectUsers::put(free_place, text); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
