// WRONG: Only the buffer that was allocated last can be freed. Caught by: free/allocated-first-in-first-out.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline void* last = nullptr;
  static void* make(Dword byte_count) {
    const Lock lock;
    last = Correct::make(byte_count);
    return last;
  }
  static Status free(void* buffer) {
    const Lock lock;
    if (last != nullptr && buffer != last && buffer != nullptr) return ERROR_INVALID_PARAMETER;
    last = nullptr;
    return Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
