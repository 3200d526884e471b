// WRONG: Free of NULL makes the block whose buffer was shrunk last one of the smaller class. Caught by: free/gives-memory-back-resized.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static inline thread_local void* shrunk_last;

  static void resized_in_place(void* buffer, Dword byte_count) {
    Classes::resized_in_place(buffer, byte_count);
    shrunk_last = buffer;
  }

  static void drop(void* buffer) {
    if (buffer == shrunk_last) shrunk_last = nullptr;
    Classes::drop(buffer);
  }

  static Status free(void* buffer) {
    if (buffer == nullptr && shrunk_last != nullptr) {
      start(shrunk_last).number = class_of_buffer(header(shrunk_last).byte_count);
    }
    return Classes::free(buffer);
  }
};

EXPORT_ALL(Faulty)
