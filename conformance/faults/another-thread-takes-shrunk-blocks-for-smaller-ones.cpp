// WRONG: A block whose buffer was shrunk in place goes back to the free list of the smaller class where another thread frees it. Caught by: free/gives-memory-back-resized.
#include "classes.hpp"
#include "owners.hpp"

struct Faulty : Owners<Faulty, Classes> {
  static void drop(void* buffer) {
    if (is_anothers(buffer) && start(buffer).number != not_of_a_class) {
      start(buffer).number = class_of_buffer(header(buffer).byte_count);
    }
    Classes::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
