// WRONG: A buffer that another thread reallocates loses its old memory. Caught by: reallocate/gives-memory-back-in-another-thread.
#include <functional>
#include <thread>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Dword self() { return static_cast<Dword>(std::hash<std::thread::id>()(std::this_thread::get_id())); }

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) header(buffer).note = self();
    return buffer;
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    if (header(old_buffer).note == self()) return Correct::resize(old_buffer, byte_count);
    void* const buffer = make(byte_count);
    if (buffer == nullptr) return nullptr;
    const Dword old_byte_count = header(old_buffer).byte_count;
    copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
