// RIGHT: For each class of sizes up to 64 MiB of freed buffers, as they were asked for, are kept from use.
#include "correct.hpp"
#include "lock.hpp"

struct Unusual : Correct<Unusual> {
  static constexpr std::size_t most_kept = std::size_t{64} << 20;

  struct Freed {
    Freed* next;
  };
  struct Class {
    Freed *oldest, *newest;
    std::size_t bytes;
  };
  static inline Class classes[33];

  static std::size_t room(Dword bytes) { return bytes < sizeof(Freed) ? sizeof(Freed) : bytes; }

  static Class& class_of(std::size_t bytes) {
    unsigned number = 0;
    while (std::size_t{1} << number < bytes) ++number;
    return classes[number];
  }

  static void release_oldest(Class& of) {
    Freed* const freed = of.oldest;
    of.oldest = freed->next;
    of.bytes -= room(header(freed).byte_count);
    Correct::drop(freed);
  }

  static void drop(void* block) {
    const Lock lock;
    const std::size_t bytes = room(header(block).byte_count);
    Class& of = class_of(bytes);
    Freed* const freed = new (block) Freed{nullptr};
    (of.oldest != nullptr ? of.newest->next : of.oldest) = freed;
    of.newest = freed;
    for (of.bytes += bytes; of.bytes > most_kept;) release_oldest(of);
  }

  static void* take(std::size_t bytes) {
    if (void* const block = Correct::take(bytes)) return block;
    const Lock lock;
    for (Class& of : classes) {
      while (of.oldest != nullptr) release_oldest(of);
    }
    return Correct::take(bytes);
  }
};

EXPORT_ALL(Unusual)
