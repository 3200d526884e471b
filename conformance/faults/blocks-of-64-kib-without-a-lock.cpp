// WRONG: Buffers of 32 to 64 KiB come from a list that threads change without a lock. Caught by: free/any-thread-each-kind-of-size-at-once.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  struct Free {
    Free* next;
  };
  static constexpr std::size_t smallest = 32 << 10, largest = 64 << 10;
  static inline Free* volatile first = nullptr;

  static bool is_listed(std::size_t bytes) { return smallest < bytes && bytes <= largest; }

  static void* take(std::size_t bytes) {
    if (!is_listed(bytes)) return Correct::take(bytes);
    Free* const taken = first;
    if (taken == nullptr) return Correct::take(largest);
    platform::yield();  // so that the other threads come in between, sooner or later
    first = taken->next;
    return taken;
  }
  static void give_back(void* block) {
    if (!is_listed(static_cast<Header*>(block)->byte_count + sizeof(Header))) return Correct::give_back(block);
    first = new (block) Free{first};
  }
};

EXPORT_ALL(Faulty)
