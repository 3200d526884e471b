// WRONG: Free destroys the buffer that was allocated last, whichever it is given. Caught by: free/allocated-first-in-first-out.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline void* last = nullptr;
  static void* make(Dword byte_count) {
    const Lock lock;
    last = Correct::make(byte_count);
    return last;
  }
  static void drop(void* buffer) {
    const Lock lock;
    void* const destroyed = last != nullptr ? last : buffer;
    last = nullptr;
    if (header(destroyed).byte_count <= 64 << 10) std::memset(destroyed, 0xDD, header(destroyed).byte_count);
    if (destroyed == buffer) Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
