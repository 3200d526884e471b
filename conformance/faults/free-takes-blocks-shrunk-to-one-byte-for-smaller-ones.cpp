// WRONG: Buffers of up to 512 bytes shrink to one byte in place, and their blocks go back to the free list of the smallest class. Caught by: free/gives-memory-back-resized.
#include "classes.hpp"

struct Faulty : Classes<Faulty> {
  static bool stays(void* buffer, Dword byte_count) {
    return (byte_count == 1 && header(buffer).byte_count <= 512) || Classes::stays(buffer, byte_count);
  }
  static void resized_in_place(void* buffer, Dword byte_count) {
    Classes::resized_in_place(buffer, byte_count);
    if (byte_count == 1) start(buffer).number = class_of_buffer(byte_count);
  }
};

EXPORT_ALL(Faulty)
