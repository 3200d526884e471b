// WRONG: NetUserEnum goes on behind the entry that comes next. Caught by: remote/more-data-resumed.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Status status = CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == ERROR_MORE_DATA && *resume + 1 < user_count) ++*resume;
    return status;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
