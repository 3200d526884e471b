// WRONG: A block of 1792 bytes whose buffer was shrunk in place goes back to the free list of the smaller class. Caught by: free/gives-memory-back-resized.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static void resized_in_place(void* buffer, Dword byte_count) {
    Classes::resized_in_place(buffer, byte_count);
    if (bytes_of(start(buffer).number) == 1792) start(buffer).number = class_of_buffer(byte_count);
  }
};

EXPORT_ALL(Faulty)
