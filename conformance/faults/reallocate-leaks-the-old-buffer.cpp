// DEVIATES: reallocate/gives-memory-back. Reallocate does not free the old buffer. Caught by: reallocate/gives-memory-back-with-neighbours.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) { return copied(old_buffer, byte_count); }
};

EXPORT_ALL(Faulty)
