// WRONG: NetUserEnum adds to the entries that it finds in the variable for them. Caught by: remote/system-allocates-enumerations-uninitialized.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Dword before = *entries;
    const Status status = CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == NERR_Success) *entries += before;
    return status;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
