// RIGHT: Two functions that give information are stubs, which raise an exception; the others are there.
// Only on: windows-x86_64.
#include "users.hpp"

struct Unusual : CorrectUsers<Unusual> {};

EXPORT_ALL(Unusual)
EXPORT_USERS(Unusual)

// As Wine's stubs raise it, with the names that Wine reports, and as the RPC run-time does where a service is missing.
EXPORTED Status STDCALL NetServerGetInfo(const Character*, Dword, void**) {
  constexpr unsigned long stub = 0x80000100, is_noncontinuable = 1;
  const std::size_t names[] = {reinterpret_cast<std::size_t>("netapi32.dll"),
                               reinterpret_cast<std::size_t>("NetServerGetInfo")};
  RaiseException(stub, is_noncontinuable, 2, names);
  return NERR_Success;
}
EXPORTED Status STDCALL NetScheduleJobEnum(const Character*, void**, Dword, Dword*, Dword*, Dword*) {
  constexpr unsigned long no_endpoint = 1753;  // EPT_S_NOT_REGISTERED
  RaiseException(no_endpoint, 0, 0, nullptr);
  return NERR_Success;
}
