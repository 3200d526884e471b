// WRONG: With ERROR_MORE_DATA NetUserEnum leaves its out-parameters as they were. Caught by: remote/more-data-uninitialized.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    if (fitting(level, 0, preferred) < user_count) return ERROR_MORE_DATA;
    return CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
