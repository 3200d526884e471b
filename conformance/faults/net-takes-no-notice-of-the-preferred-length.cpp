// RIGHT: NetUserEnum gives everything at once whatever length is preferred, which is no more than a wish.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {
  static Dword fitting(Dword, Dword first, Dword) { return user_count - first; }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
