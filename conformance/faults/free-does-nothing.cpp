// WRONG: Free frees nothing. Caught by: free/gives-memory-back-small-and-large.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static Status free(void*) { return NERR_Success; }
};

EXPORT_ALL(Faulty)
