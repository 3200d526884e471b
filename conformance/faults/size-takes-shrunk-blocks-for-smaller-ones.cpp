// WRONG: A block whose buffer was shrunk in place and then measured goes back to the free list of the smaller class. Caught by: free/gives-memory-back-resized.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer != nullptr && start(buffer).number != not_of_a_class) {
      start(buffer).number = class_of_buffer(header(buffer).byte_count);
    }
    return Classes::size(buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
