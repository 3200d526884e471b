// RIGHT: The free list has no lock; a version in its head shows a head that was removed and put back.
#include <atomic>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  struct alignas(natural_alignment) Place {
    char bytes[1008];
    std::atomic<std::uint32_t> next;
  };
  static constexpr std::uint32_t count = 4096;  // also the number of no place
  static inline Place places[count];
  static inline std::atomic<std::uint32_t> unused = 0;
  static inline std::atomic<std::uint64_t> head = count;  // a version, and below it the number of the first free place

  static void* take(std::size_t bytes) {
    if (bytes > sizeof Place::bytes) return Correct::take(bytes);
    for (std::uint64_t old = head; number(old) != count;) {
      if (head.compare_exchange_weak(old, with_next_version(old, places[number(old)].next)))
        return &places[number(old)];
    }
    for (std::uint32_t next = unused; next < count;) {
      if (unused.compare_exchange_weak(next, next + 1)) return &places[next];
    }
    return Correct::take(bytes);
  }

  static void give_back(void* block) {
    Place* const place = static_cast<Place*>(block);
    if (place < places || place >= places + count) return Correct::give_back(block);
    std::uint64_t old = head;
    do {
      place->next = number(old);
    } while (!head.compare_exchange_weak(old, with_next_version(old, static_cast<std::uint32_t>(place - places))));
  }

 private:
  static std::uint32_t number(std::uint64_t of) { return static_cast<std::uint32_t>(of); }
  static std::uint64_t with_next_version(std::uint64_t old, std::uint32_t number) {
    return ((old >> 32) + 1) << 32 | number;
  }
};

EXPORT_ALL(Unusual)
