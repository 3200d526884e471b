// RIGHT: Freed memory is used again 300 ms later, or at once if there is no other: a bounded growth and no leak.
#include <chrono>

#include "correct.hpp"
#include "lock.hpp"

struct Unusual : Correct<Unusual> {
  using Clock = std::chrono::steady_clock;

  struct Freed {
    Freed* next;
    Clock::time_point since;
  };
  static inline Freed *oldest, *newest;

  static void drop(void* buffer) {
    const Lock lock;
    const Clock::time_point now = Clock::now();
    Freed* const freed = new (buffer) Freed{nullptr, now};
    (newest != nullptr ? newest->next : oldest) = freed;
    newest = freed;
    while (oldest != nullptr && now - oldest->since > std::chrono::milliseconds(300)) release_oldest();
  }

  static void release_oldest() {
    Freed* const released = oldest;
    oldest = released->next;
    if (oldest == nullptr) newest = nullptr;
    Correct::drop(released);
  }

  static void* take(std::size_t bytes) {
    const std::size_t room = bytes < sizeof(Header) + sizeof(Freed) ? sizeof(Header) + sizeof(Freed) : bytes;
    if (void* const block = Correct::take(room)) return block;
    const Lock lock;
    while (oldest != nullptr) release_oldest();
    return Correct::take(room);
  }
};

EXPORT_ALL(Unusual)
