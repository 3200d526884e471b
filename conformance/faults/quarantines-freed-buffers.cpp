// RIGHT: The last 64 MiB that were freed are kept from use for a while, as memory checkers do, which is a bounded growth and no leak.
#include "correct.hpp"
#include "lock.hpp"

struct Unusual : Correct<Unusual> {
  struct Freed {
    Freed* next;
    std::size_t bytes;
  };
  static constexpr std::size_t most_bytes = 64 << 20;
  static inline Freed *oldest, *newest;
  static inline std::size_t kept_bytes;

  static std::size_t room(Dword byte_count) { return byte_count < sizeof(Freed) ? sizeof(Freed) : byte_count; }

  static void drop(void* buffer) {
    const Lock lock;
    Freed* const freed = new (buffer) Freed{nullptr, sizeof(Header) + room(header(buffer).byte_count)};
    (newest != nullptr ? newest->next : oldest) = freed;
    newest = freed;
    for (kept_bytes += freed->bytes; kept_bytes > most_bytes;) release_oldest();
  }

  static void release_oldest() {
    Freed* const released = oldest;
    oldest = released->next;
    if (oldest == nullptr) newest = nullptr;
    kept_bytes -= released->bytes;
    Correct::drop(released);
  }

  static void* take(std::size_t bytes) {
    void* block = Correct::take(bytes);
    if (block != nullptr) return block;
    const Lock lock;
    while (oldest != nullptr) release_oldest();
    return Correct::take(bytes);
  }
};

EXPORT_ALL(Unusual)
