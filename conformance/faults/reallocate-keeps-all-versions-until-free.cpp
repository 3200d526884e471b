// WRONG: Reallocate keeps the old memory until the buffer is freed, since somebody might still look there. Caught by: reallocate/gives-memory-back-of-one-buffer.
#include <map>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::map<void*, void*> earlier;  // by the buffer that took its place

  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = copied(old_buffer, byte_count);
    if (buffer == nullptr) return nullptr;
    const Lock lock;
    earlier[buffer] = old_buffer;
    return buffer;
  }

  static void drop(void* buffer) {
    const Lock lock;
    for (auto version = earlier.find(buffer); version != earlier.end(); version = earlier.find(buffer)) {
      Correct::drop(buffer);
      buffer = version->second;
      earlier.erase(version);
    }
    Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
