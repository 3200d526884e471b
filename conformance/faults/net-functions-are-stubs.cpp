// RIGHT: The functions that return buffers are exported, and say that they are not supported.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {
  static Status get_info(const Character*, Dword, void**) { return 50; }
  static Status enumerate(Dword, void**, Dword, Dword*, Dword*, Dword*) { return 120; }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)
