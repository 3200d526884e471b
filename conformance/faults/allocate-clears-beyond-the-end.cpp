// WRONG: Small buffers are zeroed in units of 64 bytes, beyond their end. Caught by: free/allocated-gap-is-filled.
#include "places.hpp"

struct Faulty : Places<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Places::make(byte_count);
    if (buffer != nullptr && byte_count <= 32) std::memset(buffer, 0, 64);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
