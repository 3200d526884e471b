// RIGHT: Fresh buffers, and the bytes that a grow added, are zeroed, since no page says what they hold.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* take(std::size_t bytes) { return std::calloc(1, bytes); }
};

EXPORT_ALL(Unusual)
