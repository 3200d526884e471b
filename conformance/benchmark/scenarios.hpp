// What is measured: each scenario is a loop that a program with such buffers could contain. Templates over the
// allocator, so that the floor is not charged with calls through pointers that its callers do not make.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <random>
#include <thread>

#include "apibuffer.h"

namespace conformance::benchmark {

constexpr DWORD small_size = 64;

// One buffer is allocated, asked for its size, and freed.
template <class Allocator>
void allocate_size_free(const Allocator& allocator) {
  void* const buffer = allocator.allocate(small_size);
  allocator.size(buffer);
  allocator.free(buffer);
}

// The same without the size, for implementations that do not report it.
template <class Allocator>
void allocate_free(const Allocator& allocator) {
  allocator.free(allocator.allocate(small_size));
}

// Many buffers of mixed sizes are live; each step frees one of them and allocates another in its place.
template <class Allocator>
class MixedSizes {
 public:
  explicit MixedSizes(const Allocator& allocator) : allocator_(allocator) {
    std::minstd_rand random;  // always the same sequence: every implementation runs the same steps
    std::uniform_int_distribution<DWORD> size(16, 4096);
    std::uniform_int_distribution<std::size_t> place(0, live_.size() - 1);
    for (Step& step : steps_) step = {place(random), size(random)};
    for (void*& buffer : live_) buffer = allocator_.allocate(size(random));
  }
  MixedSizes(const MixedSizes&) = delete;
  MixedSizes& operator=(const MixedSizes&) = delete;
  ~MixedSizes() {
    for (void* buffer : live_) allocator_.free(buffer);
  }

  void step() {
    const Step& step = steps_[next_++ % steps_.size()];
    allocator_.free(live_[step.place]);
    live_[step.place] = allocator_.allocate(step.size);
  }

 private:
  struct Step {
    std::size_t place;
    DWORD size;
  };

  const Allocator& allocator_;
  std::array<Step, 16 * 1024> steps_;  // made beforehand: random numbers are not what is measured
  std::array<void*, 1000> live_;
  std::size_t next_ = 0;
};

// A list of unknown length is collected: its buffer grows to twice the size whenever it is full, from 16 bytes to 1 MiB.
template <class Allocator>
void grow_by_doubling(const Allocator& allocator) {
  constexpr DWORD last_size = 1024 * 1024;
  DWORD size = 16;
  void* buffer = allocator.allocate(size);
  while (size < last_size) buffer = allocator.reallocate(buffer, size *= 2);
  allocator.free(buffer);
}

// The same by one entry of 64 bytes at a time, to 64 KiB.
template <class Allocator>
void grow_by_steps(const Allocator& allocator) {
  constexpr DWORD entry_size = 64;
  constexpr DWORD last_size = 64 * 1024;
  DWORD size = entry_size;
  void* buffer = allocator.allocate(size);
  while (size < last_size) buffer = allocator.reallocate(buffer, size += entry_size);
  allocator.free(buffer);
}

// Carries buffers from the one thread that allocates them to the one that frees them.
class Belt {
 public:
  void put(void* buffer) noexcept {
    std::atomic<void*>& place = places_[put_++ % places_.size()];
    while (place.load(std::memory_order_acquire) != nullptr) std::this_thread::yield();
    place.store(buffer, std::memory_order_release);
  }

  void* take() noexcept {
    std::atomic<void*>& place = places_[taken_++ % places_.size()];
    void* buffer = nullptr;
    while ((buffer = place.load(std::memory_order_acquire)) == nullptr) std::this_thread::yield();
    place.store(nullptr, std::memory_order_release);
    return buffer;
  }

 private:
  static constexpr std::size_t cache_line_bytes = 64;

  alignas(cache_line_bytes) std::size_t put_ = 0;
  alignas(cache_line_bytes) std::size_t taken_ = 0;
  alignas(cache_line_bytes) std::array<std::atomic<void*>, 1024> places_ = {};
};

}  // namespace conformance::benchmark
