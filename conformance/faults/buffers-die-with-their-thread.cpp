// DEVIATES: free/any-thread. The buffers that a thread allocated are gone when it ends. Caught by: free/any-thread-allocating-thread-has-ended.
#include "correct.hpp"

struct Own {
  void* buffers[16] = {};
  unsigned count = 0;
  ~Own();
};
static thread_local Own own;

struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer != nullptr) own.buffers[own.count++ % 16] = buffer;
    return buffer;
  }
};

Own::~Own() {
  for (unsigned i = 0; i < count && i < 16; ++i) std::memset(buffers[i], 0, Faulty::header(buffers[i]).byte_count);
}

EXPORT_ALL(Faulty)
