// WRONG: Free loses the memory of buffers that another thread allocated. Caught by: free/gives-memory-back-to-another-thread.
#include "roomy.hpp"

struct Faulty : Roomy<Faulty> {
  static Dword this_thread() {
    static thread_local char own;
    return static_cast<Dword>(reinterpret_cast<std::uintptr_t>(&own));
  }
  static void* make(Dword byte_count) {
    void* const buffer = Roomy::make(byte_count);
    if (buffer != nullptr) header(buffer).note = this_thread();
    return buffer;
  }
  static void drop(void* buffer) {
    if (header(buffer).note == this_thread()) Roomy::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
