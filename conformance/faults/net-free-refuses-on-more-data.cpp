// WRONG: Free refuses buffers that came with ERROR_MORE_DATA. Caught by: free/net-buffers-on-more-data-*, remote/more-data-small-lengths.
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static Status enumerate(Dword level, void** buffer, Dword preferred, Dword* entries, Dword* total, Dword* resume) {
    const Status status = CorrectUsers::enumerate(level, buffer, preferred, entries, total, resume);
    if (status == ERROR_MORE_DATA) header(*buffer).note = 1;
    return status;
  }
  static Status free(void* buffer) {
    return buffer != nullptr && header(buffer).note == 1 ? ERROR_INVALID_PARAMETER : CorrectUsers::free(buffer);
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
