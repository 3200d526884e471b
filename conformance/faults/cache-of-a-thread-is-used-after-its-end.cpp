// DEVIATES: free/any-thread. A thread that calls in a destructor of its own, after its cache has ended, gets no buffer. Caught by: free/any-thread-called-as-it-ends.
#include "pooled.hpp"

struct Faulty : Pooled<Faulty> {
  struct Cache {
    Free* first;
    volatile bool has_ended;
    ~Cache() {
      while (first != nullptr) {
        Free* const block = first;
        first = block->next;
        std::free(block);
      }
      has_ended = true;
    }
  };
  static inline thread_local Cache own = {nullptr, false};

  static void* take(std::size_t bytes) { return own.has_ended ? nullptr : Pooled::take(bytes); }

  static Free* pop() {
    Free* const block = own.first;
    if (block != nullptr) own.first = block->next;
    return block;
  }

  static void push(Free* block) {
    if (own.has_ended) return std::free(block);
    block->next = own.first;
    own.first = block;
  }
};

EXPORT_ALL(Faulty)
