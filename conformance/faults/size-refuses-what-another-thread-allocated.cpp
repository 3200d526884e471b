// DEVIATES: free/any-thread. Only the thread that allocated a buffer can ask for its size. Caught by: free/any-thread-allocating-thread-has-ended.
#include "owners.hpp"

struct Faulty : Owners<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    return is_anothers(buffer) ? ERROR_INVALID_PARAMETER : Owners::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
