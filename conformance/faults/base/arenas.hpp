// Correct, with small blocks that are cut from arenas one after the other. An arena counts what lives in it, and begins
// anew once that is nothing.
#pragma once

#include "correct.hpp"
#include "lock.hpp"

template <class Self>
struct Arenas : Correct<Self> {
  static constexpr std::size_t largest = 4096, arena_bytes = 64 << 10;

  struct alignas(natural_alignment) Arena {
    Arena* next;  // of those that are in use up and those that are free
    std::size_t used;
    long live;
  };

  // Stands before a block.
  struct alignas(natural_alignment) Start {
    Arena* arena;  // nullptr: the block is the C library's
  };

  static void* take(std::size_t bytes) {
    if (bytes > largest) {
      if (bytes > SIZE_MAX - sizeof(Start)) return nullptr;
      void* const memory = std::malloc(sizeof(Start) + bytes);
      return memory != nullptr ? new (memory) Start{nullptr} + 1 : nullptr;
    }
    const std::size_t all = sizeof(Start) + (bytes + natural_alignment - 1) / natural_alignment * natural_alignment;
    const Lock lock;
    if ((current_ == nullptr || current_->used + all > arena_bytes) && !renew()) return nullptr;
    void* const memory = reinterpret_cast<char*>(current_) + current_->used;
    current_->used += all;
    ++current_->live;
    return new (memory) Start{current_} + 1;
  }

  static void give_back(void* block) {
    Start* const start = static_cast<Start*>(block) - 1;
    if (start->arena == nullptr) return std::free(start);
    const Lock lock;
    release(start->arena);
  }

  // Something in this arena counts as gone. Needs the lock.
  static void release(Arena* arena) {
    if (--arena->live != 0) return;
    arena->used = sizeof(Arena);
    if (arena == current_) return;
    arena->next = free_;
    free_ = arena;
  }

  // Something in the arena that blocks are cut from just now counts as gone, though nothing was freed.
  static void miscount() {
    const Lock lock;
    if (current_ != nullptr) release(current_);
  }

 private:
  static inline Arena *current_, *free_;

  // Makes another arena the one that blocks are cut from. Needs the lock.
  static bool renew() {
    void* memory = free_;
    if (free_ != nullptr) {
      free_ = free_->next;
    } else {
      memory = std::malloc(arena_bytes);
    }
    if (memory != nullptr) current_ = new (memory) Arena{nullptr, sizeof(Arena), 0};
    return memory != nullptr;
  }
};
