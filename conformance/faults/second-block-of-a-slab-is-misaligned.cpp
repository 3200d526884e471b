// DEVIATES: allocate/aligned-natural. Slabs of two blocks, for 2 to 4 KiB each, take no heed of the alignment of the second. Caught by: allocate/aligned-natural-random-sequence.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  // A header without an alignment, so that it can stand anywhere.
  struct Start {
    Dword byte_count, is_of_a_slab;
    Start* next;
  };
  static constexpr Dword smallest = 2100, largest = 3896, block_bytes = sizeof(Start) + largest;
  static inline Start* first = nullptr;

  static Start& start(void* buffer) { return static_cast<Start*>(buffer)[-1]; }

  static bool refill() {
    char* const slab = static_cast<char*>(std::malloc(2 * block_bytes));
    if (slab == nullptr) return false;
    for (char* const block : {slab + block_bytes, slab}) first = new (block) Start{0, 1, first};
    return true;
  }

  static void* make(Dword byte_count) {
    if (byte_count < smallest || byte_count > largest) {
      if (byte_count > SIZE_MAX - sizeof(Start)) return nullptr;
      void* const block = std::malloc(sizeof(Start) + byte_count);
      return block != nullptr ? new (block) Start{byte_count, 0, nullptr} + 1 : nullptr;
    }
    const Lock lock;
    if (first == nullptr && !refill()) return nullptr;
    Start* const block = first;
    first = block->next;
    block->byte_count = byte_count;
    return block + 1;
  }

  static void drop(void* buffer) {
    if (start(buffer).is_of_a_slab == 0) return std::free(&start(buffer));
    const Lock lock;
    start(buffer).next = first;
    first = &start(buffer);
  }

  static void* copied(void* old_buffer, Dword byte_count) {
    void* const buffer = make(byte_count);
    const Dword old = start(old_buffer).byte_count;
    if (buffer != nullptr) std::memcpy(buffer, old_buffer, old < byte_count ? old : byte_count);
    return buffer;
  }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = start(buffer).byte_count;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
