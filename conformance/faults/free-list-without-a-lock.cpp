// WRONG: Small buffers come from a list that threads change without a lock. Caught by: free/any-thread-*-at-once.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  struct Free {
    Free* next;
  };
  static constexpr std::size_t small = 512;
  static inline Free* volatile first = nullptr;

  static void* take(std::size_t bytes) {
    if (bytes > small) return Correct::take(bytes);
    Free* const taken = first;
    if (taken == nullptr) return Correct::take(small);
    platform::yield();  // so that the other threads come in between, sooner or later
    first = taken->next;
    return taken;
  }
  static void give_back(void* block) {
    if (static_cast<Header*>(block)->byte_count + sizeof(Header) > small) return Correct::give_back(block);
    first = new (block) Free{first};
  }
};

EXPORT_ALL(Faulty)
