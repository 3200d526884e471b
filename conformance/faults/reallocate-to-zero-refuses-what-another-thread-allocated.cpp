// DEVIATES: free/any-thread. Only the thread that allocated a buffer can free it with Reallocate. Caught by: free/any-thread-passed-on-twice.
#include "owners.hpp"

struct Faulty : Owners<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count == 0 && is_anothers(old_buffer)) return ERROR_INVALID_PARAMETER;
    return Owners::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
