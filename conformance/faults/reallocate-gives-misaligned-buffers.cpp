// DEVIATES: allocate/aligned-natural. Buffers from Reallocate lie 4 bytes behind a multiple of what is natural. Caught by: allocate/aligned-natural-reallocated.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static void* resize(void* old_buffer, Dword byte_count) {
    void* const block = Correct::take(sizeof(Header) + 4 + byte_count);
    if (block == nullptr) return nullptr;
    void* const buffer = new (static_cast<char*>(block) + 4) Header{byte_count, 0} + 1;
    const Dword old_byte_count = header(old_buffer).byte_count;
    copy(buffer, old_buffer, old_byte_count < byte_count ? old_byte_count : byte_count);
    drop(old_buffer);
    return buffer;
  }
  static void give_back(void* block) {
    Correct::give_back(static_cast<char*>(block) - reinterpret_cast<std::uintptr_t>(block) % 8);
  }
};

EXPORT_ALL(Faulty)
