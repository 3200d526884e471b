// WRONG: NetUserGetInfo answers for a user that does not exist with a buffer that Free refuses. Caught by: remote/system-allocates-information-unknown-names.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static inline UserInfo1 nobody;
  static Status get_info(const Character* name, Dword level, void** buffer) {
    const Status status = CorrectUsers::get_info(name, level, buffer);
    if (status != NERR_UserNotFound) return status;
    *buffer = &nobody;
    return NERR_Success;
  }
  static Status free(void* buffer) { return buffer == &nobody ? ERROR_INVALID_PARAMETER : CorrectUsers::free(buffer); }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
