// DEVIATES: abi/netapip-alias. Buffers from NetapipBufferAllocate lie 8 bytes behind a multiple of 16. Caught by: abi/netapip-alias-any-size.
#include "correct.hpp"

// The word before a buffer says how far behind the start of its block it lies.
struct Right : Correct<Right> {
  static constexpr Dword more = 8;

  static Dword& note(void* buffer) { return static_cast<Dword*>(buffer)[-1]; }
  static Dword& byte_count_of(void* buffer) { return static_cast<Dword*>(buffer)[-2]; }

  static void* make_behind(Dword byte_count, Dword distance) {
    const std::size_t all = std::size_t{distance} + byte_count;
    char* const block = all >= byte_count ? static_cast<char*>(std::malloc(all)) : nullptr;
    if (block == nullptr) return nullptr;
    note(block + distance) = distance;
    byte_count_of(block + distance) = byte_count;
    return block + distance;
  }
  static void* make(Dword byte_count) { return make_behind(byte_count, natural_alignment); }
  static void drop(void* buffer) { std::free(static_cast<char*>(buffer) - note(buffer)); }
  static void* copied(void* old_buffer, Dword byte_count) {
    void* const buffer = make(byte_count);
    const Dword old = byte_count_of(old_buffer);
    if (buffer != nullptr) std::memcpy(buffer, old_buffer, old < byte_count ? old : byte_count);
    return buffer;
  }
  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = byte_count_of(buffer);
    return NERR_Success;
  }
};
struct Faulty : Correct<Faulty> {
  static void* make(Dword byte_count) { return Right::make_behind(byte_count, natural_alignment + Right::more); }
};

EXPORT_ALLOCATE_AS(NetApiBufferAllocate, Right)
EXPORT_ALLOCATE_AS(NetapipBufferAllocate, Faulty)
EXPORT_FREE(Right)
EXPORT_REALLOCATE(Right)
EXPORT_SIZE(Right)
