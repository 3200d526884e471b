// WRONG: A thread keeps every block that it frees for itself until it ends, though it may never allocate. Caught by: free/gives-memory-back-from-thread-to-thread.
#include <utility>

#include "lock.hpp"
#include "pooled.hpp"

struct Faulty : Pooled<Faulty> {
  static inline Free* left_behind = nullptr;

  struct Kept {
    Free* first;
    ~Kept() {
      const Lock lock;
      while (first != nullptr) left_behind = std::exchange(first, std::exchange(first->next, left_behind));
    }
  };
  static inline thread_local Kept own = {nullptr};

  static Free* pop() {
    if (own.first == nullptr) {
      const Lock lock;
      own.first = std::exchange(left_behind, nullptr);
    }
    Free* const block = own.first;
    if (block != nullptr) own.first = block->next;
    return block;
  }

  static void push(Free* block) {
    block->next = own.first;
    own.first = block;
  }
};

EXPORT_ALL(Faulty)
