// WRONG: Only the thread that allocated a buffer can ask for its size. Caught by: free/any-thread-allocating-thread-has-ended.
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
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer != nullptr && header(buffer).note != this_thread()) return ERROR_INVALID_PARAMETER;
    return Correct::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
