// RIGHT: The functions that give information are refused to this user, and nothing can be judged of them.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {
  static Status get_info(const Character*, Dword, void**) { return 5; }
  static Status enumerate(Dword, void**, Dword, Dword*, Dword*, Dword*) { return 5; }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
