// Correct, with blocks in classes of sizes: powers of two and three steps between each. A buffer stays in its block while
// it fills a part of it; what is given back is kept for the next block of its class.
#pragma once

#include "correct.hpp"
#include "lock.hpp"

template <class Self>
struct Classes : Correct<Self> {
  using typename Correct<Self>::Header;
  using Correct<Self>::header;

  // Stands before a block.
  struct alignas(natural_alignment) Start {
    Start* next;  // of the free ones of its class
    unsigned number;
  };

  static constexpr std::size_t smallest = 32, largest = 2 << 20;
  static constexpr unsigned first_number = 0, not_of_a_class = 4 * 17;

  // A quarter of the way to the next power of two with each number.
  static std::size_t bytes_of(unsigned number) { return (smallest / 4 * (4 + number % 4)) << number / 4; }

  static unsigned class_for(std::size_t bytes) {
    unsigned number = first_number;
    while (number < not_of_a_class && bytes_of(number) < bytes) ++number;
    return number;
  }

  static Start& start(void* buffer) { return reinterpret_cast<Start*>(&header(buffer))[-1]; }

  // The class of the block that a buffer of this size is given.
  static unsigned class_of_buffer(Dword byte_count) { return class_for(sizeof(Header) + Self::room(byte_count)); }

  static void* take(std::size_t bytes) {
    const unsigned number = class_for(bytes);
    if (number != not_of_a_class) {
      const Lock lock;
      if (Start* const start = free_[number]; start != nullptr) {
        free_[number] = start->next;
        return start + 1;
      }
      bytes = bytes_of(number);
    }
    if (bytes > SIZE_MAX - sizeof(Start)) return nullptr;
    void* const memory = std::malloc(sizeof(Start) + bytes);
    return memory != nullptr ? new (memory) Start{nullptr, number} + 1 : nullptr;
  }

  static void give_back(void* block) {
    Start* const start = static_cast<Start*>(block) - 1;
    if (start->number == not_of_a_class) return std::free(start);
    const Lock lock;
    start->next = free_[start->number];
    free_[start->number] = start;
  }

  // Whether the buffer can have its new size where it is. A block that would be filled by less than half is given up.
  static bool stays(void* buffer, Dword byte_count) {
    const unsigned number = start(buffer).number;
    if (number == not_of_a_class) return false;
    const std::size_t bytes = sizeof(Header) + Self::room(byte_count);
    return bytes <= bytes_of(number) && bytes >= bytes_of(number) / 2;
  }

  // The buffer got this size where it is.
  static void resized_in_place(void* buffer, Dword byte_count) { header(buffer).byte_count = byte_count; }

  static void* resize(void* old_buffer, Dword byte_count) {
    if (!Self::stays(old_buffer, byte_count)) return Correct<Self>::resize(old_buffer, byte_count);
    Self::resized_in_place(old_buffer, byte_count);
    return old_buffer;
  }

 private:
  static inline Start* free_[not_of_a_class];
};
