// WRONG: Free leaks buffers that came with ERROR_MORE_DATA. Caught by: free/net-buffers-on-more-data-*.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Status status = CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == ERROR_MORE_DATA) header(*buffer).note = 1;
    return status;
  }
  static void drop(void* buffer) {
    if (header(buffer).note == 0) CorrectUsers::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
