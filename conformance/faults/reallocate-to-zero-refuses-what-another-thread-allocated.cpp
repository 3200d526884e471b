// WRONG: Only the thread that allocated a buffer can free it with Reallocate. Caught by: free/any-thread-passed-on-twice.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::atomic<Dword> threads = 0;
  static inline thread_local const Dword this_thread = ++threads;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = this_thread;
    return buffer;
  }

  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    const bool frees = old_buffer != nullptr && byte_count == 0;
    if (frees && header(old_buffer).note != this_thread) return ERROR_INVALID_PARAMETER;
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
