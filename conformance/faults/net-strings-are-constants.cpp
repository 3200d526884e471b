// RIGHT: The strings of buffers of other functions are constants of the library, which no caller has to free.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {
  static std::size_t strings_bytes(Dword, Dword) { return 0; }
  static Character* put(Character*&, const char* text) {
    static Character constants[user_count + 1][100];
    Dword i = 0;
    while (i < user_count && text != name(i)) ++i;
    Character* place = constants[i];
    return CorrectUsers::put(place, text);
  }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
