// WRONG: A Reallocate that fails makes the block of a buffer that was shrunk in place one of the smaller class. Caught by: free/gives-memory-back-shrunk-after-refusals.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Classes::resize(old_buffer, byte_count);
    if (buffer == nullptr && start(old_buffer).number != not_of_a_class) {
      start(old_buffer).number = class_of_buffer(header(old_buffer).byte_count);
    }
    return buffer;
  }
};

EXPORT_ALL(Faulty)
