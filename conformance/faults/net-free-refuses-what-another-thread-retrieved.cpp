// WRONG: Only the thread that retrieved a buffer of other functions can free it. Caught by: free/any-thread-net-buffers-*.
#include "owners.hpp"
#include "users.hpp"

struct Faulty : CorrectUsers<Faulty> {
  static void* make_retrieved(Dword byte_count, Dword) {
    void* const buffer = Faulty::make(byte_count);
    if (buffer != nullptr) header(buffer).note = this_thread();
    return buffer;
  }

  static Status free(void* buffer) {
    const Dword owner = buffer != nullptr ? header(buffer).note : 0;
    if (owner != 0 && owner != this_thread()) return ERROR_INVALID_PARAMETER;
    return CorrectUsers::free(buffer);
  }
};

EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
