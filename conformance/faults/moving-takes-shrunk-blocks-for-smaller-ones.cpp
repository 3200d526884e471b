// WRONG: A block whose buffer was shrunk in place goes back to the free list of the smaller class where Reallocate moves the buffer. Caught by: free/gives-memory-back-resized.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    if (!stays(old_buffer, byte_count) && start(old_buffer).number != not_of_a_class) {
      start(old_buffer).number = class_of_buffer(header(old_buffer).byte_count);
    }
    return Classes::resize(old_buffer, byte_count);
  }
};

EXPORT_ALL(Faulty)
