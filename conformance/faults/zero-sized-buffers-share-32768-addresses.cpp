// WRONG: Zero-sized buffers take their addresses from a range of 32768, which then begins anew. Caught by: allocate/disjoint-very-many-zero-sized.
#include <atomic>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr unsigned places = 32768;
  alignas(natural_alignment) static inline char range[places][natural_alignment];
  static inline std::atomic<unsigned> last = 0;

  static bool is_zero_sized(const void* buffer) { return buffer >= range && buffer < range + places; }

  static void* make(Dword byte_count) { return byte_count == 0 ? range[last++ % places] : Correct::make(byte_count); }
  static void drop(void* buffer) {
    if (!is_zero_sized(buffer)) Correct::drop(buffer);
  }
  static void* copied(void* old_buffer, Dword byte_count) {
    return is_zero_sized(old_buffer) ? make(byte_count) : Correct::copied(old_buffer, byte_count);
  }
  static Status size(void* buffer, Dword* byte_count) {
    if (!is_zero_sized(buffer)) return Correct::size(buffer, byte_count);
    *byte_count = 0;
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
