// An implementation that keeps the buffers freed last from use, so many of each class, however large they are.
#pragma once

#include <bit>

#include "correct.hpp"
#include "lock.hpp"

// `count` of each class: classes are quarters of powers of two, or there is only one.
template <unsigned count, bool has_classes>
struct Keeping : Correct<Keeping<count, has_classes>> {
  using Base = Correct<Keeping<count, has_classes>>;

  // A ring: the next one to be released is where the next one will be kept.
  struct Kept {
    void* buffers[count];
    unsigned freed;
  };
  static inline Kept classes[has_classes ? 4 * 33 : 1];

  static unsigned class_of(Dword byte_count) {
    if (!has_classes || byte_count < 4) return 0;
    const auto bits = static_cast<unsigned>(std::bit_width(byte_count));
    return 4 * bits + (byte_count >> (bits - 3) & 3);
  }

  static void drop(void* buffer) {
    const Lock lock;
    Kept& kept = classes[class_of(Base::header(buffer).byte_count)];
    void*& place = kept.buffers[kept.freed++ % count];
    if (place != nullptr) Base::drop(place);
    place = buffer;
  }

  static void* take(std::size_t bytes) {
    void* const block = Base::take(bytes);
    if (block != nullptr) return block;
    const Lock lock;
    release_all();
    return Base::take(bytes);
  }

  static void release_all() {
    for (Kept& kept : classes) {
      for (void*& buffer : kept.buffers) {
        if (buffer != nullptr) Base::drop(buffer);
        buffer = nullptr;
      }
    }
  }
};
