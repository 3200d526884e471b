// WRONG: A block that its buffer, grown in place, fills to the last bytes goes back to the free list of a larger class. Caught by: allocate/disjoint-where-resized-buffers-lay.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static void resized_in_place(void* buffer, Dword byte_count) {
    const Dword old_byte_count = header(buffer).byte_count;
    Classes::resized_in_place(buffer, byte_count);
    if (byte_count > old_byte_count) start(buffer).number = class_of_buffer(byte_count + 8);
  }
};

EXPORT_ALL(Faulty)
