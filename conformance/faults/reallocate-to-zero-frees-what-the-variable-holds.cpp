// WRONG: Reallocate to 0 bytes frees the live buffer that NewBuffer holds, besides OldBuffer. Caught by: reallocate/zero-bytes-whatever-the-variable-holds.
#include <set>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::set<void*> alive;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    const Lock lock;
    if (buffer != nullptr) alive.insert(buffer);
    return buffer;
  }

  static void drop(void* buffer) {
    const Lock lock;
    if (alive.erase(buffer) > 0) Correct::drop(buffer);
  }

  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (byte_count == 0 && *new_buffer != old_buffer) drop(*new_buffer);
    return Correct::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
