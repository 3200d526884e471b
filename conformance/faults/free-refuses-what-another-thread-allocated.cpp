// WRONG: Only the thread that allocated a buffer can free it. Caught by: free/any-thread-freed-by-another.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Dword this_thread() {
    static thread_local char own;
    return static_cast<Dword>(reinterpret_cast<std::uintptr_t>(&own));
  }
  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = this_thread();
    return buffer;
  }
  static Status free(void* buffer) {
    if (buffer != nullptr && header(buffer).note != this_thread()) return ERROR_INVALID_PARAMETER;
    return Correct::free(buffer);
  }
};

EXPORT_ALL(Faulty)
