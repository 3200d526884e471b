// DEVIATES: reallocate/failure-keeps-old. A Reallocate that fails puts blocks of 32 to 64 KiB on the list of free ones. Caught by: reallocate/failure-keeps-old-in-use-afterwards.
#include <array>
#include <mutex>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t smallest = 32 << 10, largest = 64 << 10;
  static inline std::array<void*, 64> listed = {};
  static inline std::size_t count = 0;
  static inline std::mutex mutex;

  static bool is_listed(std::size_t bytes) { return smallest < bytes && bytes <= largest; }

  static void* take(std::size_t bytes) {
    if (!is_listed(bytes)) return Correct::take(bytes);
    const std::lock_guard lock(mutex);
    return count > 0 ? listed[--count] : Correct::take(largest);
  }
  static void give_back(void* block) {
    const std::lock_guard lock(mutex);
    if (is_listed(static_cast<Header*>(block)->byte_count + sizeof(Header)) && count < listed.size()) {
      listed[count++] = block;
    } else {
      Correct::give_back(block);
    }
  }

  static void* resize(void* old_buffer, Dword byte_count) {
    void* const buffer = Correct::resize(old_buffer, byte_count);
    if (buffer == nullptr && is_listed(header(old_buffer).byte_count + sizeof(Header))) drop(old_buffer);
    return buffer;
  }
};

EXPORT_ALL(Faulty)
