// WRONG: Reallocate returns the thread's last error, which it sets after a failure only. Caught by: reallocate/changes-size-after-another-call-ran-out.
// Only on: windows-x86_64, windows-i686.
#include "correct.hpp"

extern "C" __attribute__((dllimport)) unsigned long __stdcall GetLastError();

struct Faulty : Correct<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const Status status = Correct::reallocate(old_buffer, byte_count, new_buffer);
    if (status != NERR_Success) SetLastError(status);
    return GetLastError() == ERROR_NOT_ENOUGH_MEMORY ? ERROR_NOT_ENOUGH_MEMORY : NERR_Success;
  }
};

EXPORT_ALL(Faulty)
