// Correct, with buffers that remember which thread made them.
#pragma once

#include <atomic>

#include "correct.hpp"

// The number of the calling thread, from 1 on; no other thread of the process ever gets it.
inline Dword this_thread() {
  static std::atomic<Dword> last = 0;
  static thread_local const Dword number = ++last;
  return number;
}

template <class Self, template <class> class Base = Correct>
struct Owners : Base<Self> {
  static void* make(Dword byte_count) {
    void* const buffer = Base<Self>::make(byte_count);
    if (buffer != nullptr) Base<Self>::header(buffer).note = this_thread();
    return buffer;
  }

  static bool is_anothers(void* buffer) {
    return buffer != nullptr && Base<Self>::header(buffer).note != this_thread();
  }
};
