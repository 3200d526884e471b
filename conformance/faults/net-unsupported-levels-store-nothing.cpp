// WRONG: At levels that they do not have the functions succeed and leave their variables as they were. Caught by: remote/system-allocates-*-unsupported-levels.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status get_info(const Character* name, Dword level, void** buffer) {
    return level > 1 ? NERR_Success : CorrectUsers::get_info(name, level, buffer);
  }
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    return level > 1 ? NERR_Success : CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
