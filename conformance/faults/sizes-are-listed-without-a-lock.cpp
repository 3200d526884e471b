// WRONG: The sizes of buffers stand in a table, and two threads may take one entry of it. Caught by: free/any-thread-first-calls-*.
#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  struct Entry {
    void* volatile buffer;
    volatile Dword byte_count;
  };
  static constexpr std::size_t count = 1 << 18;
  static inline Entry entries[count];

  // The entry of this buffer, or for nullptr the first one behind `start` that is unused; nullptr where there is none.
  static Entry* find(const void* buffer, std::size_t start) {
    for (std::size_t i = 0; i < count; ++i) {
      Entry& entry = entries[(start + i) % count];
      if (entry.buffer == buffer) return &entry;
    }
    return nullptr;
  }
  static std::size_t start_for(const void* buffer) { return reinterpret_cast<std::uintptr_t>(buffer) >> 4; }

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    Entry* const entry = buffer != nullptr ? find(nullptr, start_for(buffer)) : nullptr;
    if (entry == nullptr) return nullptr;
    entry->byte_count = byte_count;
    entry->buffer = buffer;
    return buffer;
  }

  static void drop(void* buffer) {
    if (Entry* const entry = find(buffer, start_for(buffer))) entry->buffer = nullptr;
    Correct::drop(buffer);
  }

  static Status size(void* buffer, Dword* byte_count) {
    const Entry* const entry = buffer != nullptr ? find(buffer, start_for(buffer)) : nullptr;
    if (entry == nullptr) return ERROR_INVALID_PARAMETER;
    *byte_count = entry->byte_count;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
