// RIGHT: The live buffers are a list, the newest first, and each call looks through it: the more live, the longer it takes.
#include "correct.hpp"
#include "lock.hpp"

struct Unusual : Correct<Unusual> {
  struct Entry {
    Entry* next;
    void* buffer;
  };
  static inline Entry* newest;

  // Where the entry of a buffer is linked.
  static Entry** link_to(const void* buffer) {
    Entry** link = &newest;
    while (*link != nullptr && (*link)->buffer != buffer) link = &(*link)->next;
    return link;
  }

  static void* make(Dword byte_count) {
    auto* const entry = static_cast<Entry*>(std::malloc(sizeof(Entry)));
    void* const buffer = entry != nullptr ? Correct::make(byte_count) : nullptr;
    if (buffer == nullptr) {
      std::free(entry);
      return nullptr;
    }
    const Lock lock;
    newest = new (entry) Entry{newest, buffer};
    return buffer;
  }

  static void drop(void* buffer) {
    {
      const Lock lock;
      Entry** const link = link_to(buffer);
      Entry* const entry = *link;
      *link = entry->next;
      std::free(entry);
    }
    Correct::drop(buffer);
  }

  static Status size(void* buffer, Dword* byte_count) {
    const Lock lock;
    const Entry* const entry = buffer != nullptr ? *link_to(buffer) : nullptr;
    return Correct::size(entry != nullptr ? entry->buffer : nullptr, byte_count);
  }
};

EXPORT_ALL(Unusual)
