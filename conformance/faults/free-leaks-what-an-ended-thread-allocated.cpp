// WRONG: What is freed for another thread waits until that thread comes by, and it may have ended. Caught by: free/gives-memory-back-of-ended-threads.
#include <atomic>
#include <map>
#include <vector>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::map<Dword, std::vector<void*>> waiting;

  static Dword self() {
    static std::atomic<Dword> last = 0;
    thread_local const Dword number = ++last;
    return number;
  }

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = self();
    const Lock lock;
    for (void* const one : waiting[self()]) Correct::drop(one);
    waiting.erase(self());
    return buffer;
  }

  static void drop(void* buffer) {
    if (header(buffer).note == self()) return Correct::drop(buffer);
    const Lock lock;
    waiting[header(buffer).note].push_back(buffer);
  }
};

EXPORT_ALL(Faulty)
