// WRONG: Free of a buffer of other functions leaves its strings, which are allocations of their own. Caught by: free/nested-*.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static std::size_t strings_bytes(Dword, Dword) { return 0; }
  static Character* put(Character*&, const char* text) {
    auto* const start = static_cast<Character*>(std::malloc(string_bytes(text)));
    Character* place = start;
    return CorrectUsers::put(place, text), start;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
