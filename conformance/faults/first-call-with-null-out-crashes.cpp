// DEVIATES: allocate/null-out. An Allocate with a NULL out-pointer counts in a heap that only other calls prepare. Caught by: allocate/null-out-first-call.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  struct Heap {
    std::atomic<unsigned> refusals;
  };
  static inline Heap heap;
  static inline std::atomic<Heap*> prepared = nullptr;

  static Status allocate(Dword byte_count, void** buffer) {
    if (buffer == nullptr) ++prepared.load()->refusals;
    prepared = &heap;
    return Correct::allocate(byte_count, buffer);
  }
  static Status free(void* buffer) {
    prepared = &heap;
    return Correct::free(buffer);
  }
  static Status size(void* buffer, Dword* byte_count) {
    prepared = &heap;
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
