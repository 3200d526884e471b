// One lock for the whole library, held while a Lock lives.
#pragma once

#include <atomic>

#include "platform.hpp"

class Lock {
 public:
  Lock() {
    while (taken_.test_and_set(std::memory_order_acquire)) platform::yield();
  }
  ~Lock() { taken_.clear(std::memory_order_release); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  static inline std::atomic_flag taken_;
};
