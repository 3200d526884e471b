// WRONG: With ERROR_MORE_DATA the last structure that NetUserEnum gives has no name. Caught by: remote/more-data-small-lengths.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Status status = CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == ERROR_MORE_DATA && *entries > 1) {
      char* const last = static_cast<char*>(*buffer) + (*entries - 1) * entry_bytes(level);
      std::memset(last, 0, entry_bytes(level));
    }
    return status;
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
