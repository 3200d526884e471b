// WRONG: NetUserGetInfo does not restore rbx. Caught by: remote/system-allocates-information.
// Only on: linux-x86_64, windows-x86_64.
#include "epilogue.hpp"
#include "users.hpp"

struct Right : CorrectUsers<Right> {};

static Status get_info(const Character*, const Character* name, Dword level, void** buffer) {
  return Right::get_info(name, level, buffer);
}

EXPORT_ALL(Right)
EXPORT_WITH_EPILOGUE(NetUserGetInfo, get_info, "xorl %ebx, %ebx")
