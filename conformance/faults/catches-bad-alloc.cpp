// RIGHT: Memory that cannot be had is told to Allocate by an exception, which takes memory and stack of its own.
#include <new>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* take(std::size_t bytes) {
    try {
      return ::operator new(bytes);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  static void give_back(void* block) { ::operator delete(block); }
};

EXPORT_ALL(Unusual)
