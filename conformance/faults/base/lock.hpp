// A lock, held while a Lock lives: one for the whole library, unless another flag is given.
#pragma once

#include <atomic>

#include "platform.hpp"

class Lock {
 public:
  Lock() : Lock(of_the_library_) {}
  explicit Lock(std::atomic_flag& taken) : taken_(taken) {
    while (taken_.test_and_set(std::memory_order_acquire)) platform::yield();
  }
  ~Lock() { taken_.clear(std::memory_order_release); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  static inline std::atomic_flag of_the_library_;
  std::atomic_flag& taken_;
};
