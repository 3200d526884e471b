// WRONG: MAX_PREFERRED_LENGTH is taken for 64 bytes. Caught by: remote/max-preferred-length-everything.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Dword fitting(Dword level, Dword first, Dword preferred) {
    return CorrectUsers::fitting(level, first, preferred == 0xFFFFFFFF ? 64 : preferred);
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
