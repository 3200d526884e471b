// WRONG: With ERROR_MORE_DATA NetUserEnum reports entries and stores NULL for its buffer. Caught by: remote/more-data-small-lengths.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Status status = CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == ERROR_MORE_DATA) {
      CorrectUsers::free(*buffer);
      *buffer = nullptr;
    }
    return status;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
