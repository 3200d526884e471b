// WRONG: Sizes lie in a table by numbers of 16 bits, of which live buffers need more at times. Caught by: size/at-least-requested-100000-live-buffers.
#include <cstdint>
#include <vector>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static inline std::vector<Dword> sizes;
  static inline std::vector<std::uint16_t> unused;

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer == nullptr) return nullptr;
    const Lock lock;
    if (unused.empty()) {
      unused.push_back(static_cast<std::uint16_t>(sizes.size()));
      sizes.push_back(0);
    }
    header(buffer).note = unused.back();
    unused.pop_back();
    sizes[header(buffer).note] = byte_count;
    return buffer;
  }

  static void drop(void* buffer) {
    const Lock lock;
    unused.push_back(static_cast<std::uint16_t>(header(buffer).note));
    Correct::drop(buffer);
  }

  static Status size(void* buffer, Dword* byte_count) {
    if (buffer == nullptr) return ERROR_INVALID_PARAMETER;
    const Lock lock;
    *byte_count = sizes[header(buffer).note];
    return NERR_Success;
  }
};

EXPORT_ALL(Faulty)
