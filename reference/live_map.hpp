// Which addresses are live buffers: a table indexed by address, so that a pointer is checked without dereferencing it.
#pragma once

#include <cstddef>
#include <utility>

namespace apibuf::live_map {

// Every live buffer starts at a multiple of this many bytes: malloc's alignment (allocate/aligned-natural).
constexpr std::size_t granule = 2 * sizeof(void*);

// Makes the address live. Returns false if the address is not a multiple of the granule, is beyond the map, or there is
// no memory for the map itself. The caller owns the memory at the address, which must not be live yet.
bool insert(const void* address) noexcept;

// Waits until no other thread has claimed the address, and claims it. Returns false if the address is not live. After a
// successful claim the caller owns the memory at the address, and must soon call restore, erase or begin_move.
bool claim(const void* address) noexcept;

// Makes a claimed address live again.
void restore(const void* address) noexcept;

// Removes a claimed address from the map.
void erase(const void* address) noexcept;

// Memory for the map itself, reserved before realloc is called: a move cannot be undone, so the map must have room for
// the new address. The next reservation reuses what this one did not need.
class Reservation {
 public:
  Reservation() noexcept;
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  ~Reservation();

  // Whether there is memory.
  explicit operator bool() const noexcept { return memory_ != nullptr; }

  // The memory, or nullptr if there is none or it was taken before.
  void* memory() const noexcept { return memory_; }

  // The same; the caller owns it afterwards.
  void* take() noexcept { return std::exchange(memory_, nullptr); }

 private:
  void* memory_;
};

// Announces that the buffer at a claimed address may move. Other claims wait for end_move. Meanwhile malloc may give
// its memory to another thread, which may insert the address.
void begin_move(const void* address) noexcept;

// The buffer is at new_address now, which may be the old one. With memory in the reservation this cannot fail.
void end_move(const void* old_address, const void* new_address, Reservation& reservation) noexcept;

}  // namespace apibuf::live_map
