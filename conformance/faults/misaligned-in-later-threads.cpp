// DEVIATES: allocate/aligned-natural. All threads but the first get buffers that are aligned to half of what is natural. Caught by: free/any-thread-each-kind-of-size-at-once.
#include "owners.hpp"

struct Faulty : Correct<Faulty> {
  static constexpr std::size_t shift = natural_alignment / 2;

  static std::size_t room(Dword byte_count) { return std::size_t{byte_count} + shift; }

  static void* make(Dword byte_count) {
    void* const buffer = Correct::make(byte_count);
    if (buffer == nullptr || this_thread() == 1) return buffer;
    Header* const moved = reinterpret_cast<Header*>(reinterpret_cast<char*>(&header(buffer)) + shift);
    moved->byte_count = byte_count;
    moved->note = 1;
    return moved + 1;
  }
  static void drop(void* buffer) {
    give_back(reinterpret_cast<char*>(&header(buffer)) - (header(buffer).note == 1 ? shift : 0));
  }
};

EXPORT_ALL(Faulty)
