// RIGHT: Memory comes from operator new, and what it throws becomes a status.
// Only on: windows-x86_64.
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
  static void give_back(void* memory) { ::operator delete(memory); }
};

EXPORT_ALL(Unusual)
