// DEVIATES: allocate/disjoint. All buffers of 0 bytes have one address. Caught by: allocate/disjoint-zero-sized*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static inline struct {
    Header header;
    char buffer[natural_alignment];
  } nothing;

  static void* make(Dword byte_count) { return byte_count == 0 ? nothing.buffer : Correct::make(byte_count); }
  static void drop(void* buffer) {
    if (buffer != nothing.buffer) Correct::drop(buffer);
  }
};

EXPORT_ALL(Faulty)
