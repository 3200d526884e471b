// WRONG: NetUserEnum succeeds and stores NULL for its buffer. Caught by: remote/system-allocates-enumerations.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Status status = CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == NERR_Success) {
      CorrectUsers::free(*buffer);
      *buffer = nullptr;
    }
    return status;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
