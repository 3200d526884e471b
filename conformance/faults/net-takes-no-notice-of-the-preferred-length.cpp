// RIGHT: NetUserEnum returns everything at once, whatever the preferred length, which is only a hint.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {
  static Dword fitting(Dword, Dword first, Dword) { return user_count - first; }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
