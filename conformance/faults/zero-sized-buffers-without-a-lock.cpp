// WRONG: Zero-sized buffers come from a list that threads change without a lock. Caught by: free/any-thread-each-kind-of-size-at-once.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  struct Free {
    Free* next;
  };
  static inline Free* volatile first = nullptr;

  static std::size_t room(Dword byte_count) { return byte_count == 0 ? sizeof(Free) : byte_count; }

  static void* make(Dword byte_count) {
    Free* const taken = first;
    if (byte_count != 0 || taken == nullptr) return Correct::make(byte_count);
    platform::yield();  // so that the other threads come in between, sooner or later
    first = taken->next;
    return taken;
  }
  static void drop(void* buffer) {
    if (header(buffer).byte_count != 0) return Correct::drop(buffer);
    first = new (buffer) Free{first};
  }
};

EXPORT_ALL(Faulty)
