// DEVIATES: reallocate/failure-keeps-old. A Reallocate that fails puts blocks of 32 to 64 KiB on the list of free ones. Caught by: reallocate/failure-keeps-old-in-use-afterwards.
#include <array>

#include "correct.hpp"
#include "lock.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t block_bytes = 64 << 10;
  static inline std::array<void*, 64> listed = {};
  static inline std::size_t count = 0;

  static bool is_listed(const Header& of) { return is_of_the_class_of_64_kib(sizeof(Header) + of.byte_count); }

  static void* take(std::size_t bytes) {
    if (!is_of_the_class_of_64_kib(bytes)) return Correct::take(bytes);
    const Lock lock;
    return count > 0 ? listed[--count] : Correct::take(block_bytes);
  }
  static void give_back(void* block) {
    const Lock lock;
    if (is_listed(*static_cast<Header*>(block)) && count < listed.size()) {
      listed[count++] = block;
    } else {
      Correct::give_back(block);
    }
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr && is_listed(header(old_buffer))) drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
