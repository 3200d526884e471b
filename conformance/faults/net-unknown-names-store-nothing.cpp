// WRONG: NetUserGetInfo succeeds for a user that does not exist, and leaves its variable as it was. Caught by: remote/system-allocates-information-unknown-names.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status get_info(const Character* name, Dword level, void** buffer) {
    const Status status = CorrectUsers::get_info(name, level, buffer);
    return status == NERR_UserNotFound ? NERR_Success : status;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
