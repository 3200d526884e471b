// RIGHT: Freed buffers wait until 256 MiB have been allocated, and then all go back to the system at once, as with collectors.
// Only on: linux-x86_64.
#include <malloc.h>

#include "correct.hpp"
#include "lock.hpp"

struct Unusual : Correct<Unusual> {
  struct Freed {
    Freed* next;
  };
  static constexpr std::size_t most_bytes = 256 << 20;
  static inline Freed* all_freed;
  static inline std::size_t allocated_bytes;  // since the last collection

  static std::size_t room(Dword byte_count) { return byte_count < sizeof(Freed) ? sizeof(Freed) : byte_count; }

  static void collect() {
    const Lock lock;
    while (all_freed != nullptr) {
      Freed* const freed = all_freed;
      all_freed = freed->next;
      Correct::drop(freed);
    }
    allocated_bytes = 0;
    malloc_trim(0);
  }

  static bool is_due(std::size_t bytes) {
    const Lock lock;
    allocated_bytes += bytes;
    return allocated_bytes > most_bytes;
  }

  static void* take(std::size_t bytes) {
    if (is_due(bytes)) collect();
    void* const block = Correct::take(bytes);
    if (block != nullptr) return block;
    collect();
    return Correct::take(bytes);
  }

  static void drop(void* buffer) {
    const Lock lock;
    all_freed = new (buffer) Freed{all_freed};
  }
};

EXPORT_ALL(Unusual)
