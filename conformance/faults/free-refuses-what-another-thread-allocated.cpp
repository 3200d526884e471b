// DEVIATES: free/any-thread. Only the thread that allocated a buffer can free it. Caught by: free/any-thread-freed-by-another.
#include "owners.hpp"

struct Faulty : Owners<Faulty> {
  static Status free(void* buffer) { return is_anothers(buffer) ? ERROR_INVALID_PARAMETER : Owners::free(buffer); }
};

EXPORT_ALL(Faulty)
