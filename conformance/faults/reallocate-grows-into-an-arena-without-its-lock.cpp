// WRONG: A Reallocate that grows the last buffer of an arena in its place does not lock the arena. Caught by: free/any-thread-short-cycles*.
#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t arena_bytes = 1 << 20, small = 4096;
  alignas(natural_alignment) static inline char arena[arena_bytes];
  static inline char* volatile top = arena;
  static inline unsigned live = 0;

  static std::size_t rounded(std::size_t bytes) {
    return (bytes + natural_alignment - 1) / natural_alignment * natural_alignment;
  }
  static char* end_of(void* buffer) { return static_cast<char*>(buffer) + rounded(header(buffer).byte_count); }
  static bool has_room(std::size_t bytes) { return bytes <= static_cast<std::size_t>(arena + arena_bytes - top); }

  static void* take(std::size_t bytes) {
    const Lock lock;
    if (bytes > small || !has_room(rounded(bytes))) return Correct::take(bytes);
    ++live;
    char* const block = top;
    top = block + rounded(bytes);
    return block;
  }

  static void give_back(void* block) {
    if (block < arena || block >= arena + arena_bytes) return Correct::give_back(block);
    const Lock lock;
    if (--live == 0) top = arena;
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    Header& old = header(old_buffer);
    if (end_of(old_buffer) != top || byte_count < old.byte_count || byte_count > small ||
        !has_room(rounded(byte_count))) {
      return Correct::resize(old_buffer, byte_count);
    }
    top = static_cast<char*>(old_buffer) + rounded(byte_count);
    old.byte_count = byte_count;
    return old_buffer;
  }
};

EXPORT_ALL(Faulty)
