// DEVIATES: allocate/null-out-keeps-last-error. Refusing a NULL out-pointer sets the thread's last error.
// Only on: windows-x86_64, windows-i686.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status allocate(Dword byte_count, void** buffer) {
    const Status status = Correct::allocate(byte_count, buffer);
    if (status == ERROR_INVALID_PARAMETER) SetLastError(status);
    return status;
  }
};

EXPORT_ALL(Faulty)
