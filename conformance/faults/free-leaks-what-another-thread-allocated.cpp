// WRONG: Free loses the memory of buffers that another thread allocated. Caught by: free/gives-memory-back-to-another-thread.
#include "owners.hpp"
#include "roomy.hpp"

struct Faulty : Owners<Faulty, Roomy> {
  static void drop(void* buffer) {
    if (!is_anothers(buffer)) Owners::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
