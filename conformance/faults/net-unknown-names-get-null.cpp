// RIGHT: The groups of a user that does not exist are NULL and no entries, with success.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {
  static Status groups(Dword level, void** buffer, Dword* entries, Dword* total) {
    if (level > 1) return ERROR_INVALID_LEVEL;
    *buffer = nullptr;
    *entries = *total = 0;
    return NERR_Success;
  }
};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)

EXPORTED Status STDCALL NetUserGetGroups(const Character*, const Character*, Dword level, void** buffer, Dword,
                                         Dword* entries, Dword* total) {
  return Unusual::groups(level, buffer, entries, total);
}
