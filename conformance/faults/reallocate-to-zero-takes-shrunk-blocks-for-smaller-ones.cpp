// WRONG: A block whose buffer was shrunk in place goes back to the free list of the smaller class where Reallocate to 0 frees it. Caught by: free/gives-memory-back-resized.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static Status reallocate(void* old_buffer, Dword byte_count, void** new_buffer) {
    if (old_buffer != nullptr && byte_count == 0 && start(old_buffer).number != not_of_a_class) {
      start(old_buffer).number = class_of_buffer(header(old_buffer).byte_count);
    }
    return Classes::reallocate(old_buffer, byte_count, new_buffer);
  }
};

EXPORT_ALL(Faulty)
