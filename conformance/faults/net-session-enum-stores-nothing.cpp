// WRONG: NetSessionEnum succeeds and leaves its variables as they were. Caught by: remote/system-allocates-enumerations-uninitialized, remote/system-allocates-enumerations-unknown-names, remote/system-allocates-enumerations-unsupported-levels.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
EXPORTED Status STDCALL NetSessionEnum(const Character*, const Character*, const Character*, Dword, void**, Dword,
                                       Dword*, Dword*, Dword*) {
  return NERR_Success;
}
