#include "live_map.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <thread>

namespace apibuf::live_map {
namespace {

enum class State : std::uint8_t { free, live, busy, moving };

// Two levels: a root of pointers to leaves, a leaf with one state for each granule. On 64-bit systems programs have at
// most 48 bits of address space; the root takes 16 MiB there and a leaf 8 MiB for 128 MiB of addresses, nearly all of
// it never touched. On 32-bit ones the root takes 4 KiB and a leaf 512 KiB for 4 MiB.
constexpr bool is_64_bit = sizeof(void*) == 8;
constexpr unsigned address_bits = is_64_bit ? 48 : 32;
constexpr unsigned granule_bits = std::countr_zero(granule);
constexpr unsigned leaf_bits = is_64_bit ? 23 : 19;
constexpr std::size_t leaf_size = std::size_t{1} << leaf_bits;
constexpr std::size_t root_size = std::size_t{1} << (address_bits - granule_bits - leaf_bits);

// Root and leaves are plain memory that is only touched through atomic_ref: so the root needs no initialization before
// the library's first call, and a leaf can come from calloc. A leaf is never freed: some thread may be looking at it.
constinit std::array<State*, root_size> root{};

struct Position {
  std::size_t leaf;
  std::size_t state;
};

Position position_of(const void* address) noexcept {
  const std::uintptr_t granule_index = reinterpret_cast<std::uintptr_t>(address) >> granule_bits;
  return {granule_index >> leaf_bits, granule_index & (leaf_size - 1)};
}

bool is_representable(const void* address) noexcept {
  return reinterpret_cast<std::uintptr_t>(address) % granule == 0 && position_of(address).leaf / root_size == 0;
}

// The leaf of a representable address, or nullptr if it does not exist yet.
State* leaf_of(const void* address) noexcept {
  return std::atomic_ref(root[position_of(address).leaf]).load(std::memory_order_acquire);
}

// Makes a leaf from the reservation's memory, unless another thread has made it. Returns nullptr if there is no memory.
State* leaf_made_for(const void* address, Reservation& reservation) noexcept {
  std::atomic_ref slot(root[position_of(address).leaf]);
  State* leaf = nullptr;
  if (!slot.compare_exchange_strong(leaf, static_cast<State*>(reservation.memory()), std::memory_order_acq_rel)) {
    return leaf;
  }
  return static_cast<State*>(reservation.take());
}

std::atomic_ref<State> state_in(State* leaf, const void* address) noexcept {
  return std::atomic_ref(leaf[position_of(address).state]);
}

// The rare part of claim: the state was not live, so it waits until the claiming thread has finished. It is a separate
// function so that claim is small enough to be inlined into each caller, which saves a tenth of their time.
[[gnu::noinline]] bool claim_when_settled(const void* address, State seen) noexcept {
  while (seen == State::busy || seen == State::moving) {
    std::this_thread::yield();
    seen = state_in(leaf_of(address), address).load(std::memory_order_relaxed);
  }
  return seen == State::live && claim(address);
}

// The memory that the last reservation did not need, or nullptr while a thread uses it. Each byte is State::free.
constinit std::atomic<void*> spare{};

}  // namespace

bool insert(const void* address) noexcept {
  if (!is_representable(address)) return false;
  State* leaf = leaf_of(address);
  if (leaf == nullptr) {
    Reservation reservation;
    leaf = leaf_made_for(address, reservation);
  }
  if (leaf == nullptr) return false;
  state_in(leaf, address).store(State::live, std::memory_order_release);
  return true;
}

bool claim(const void* address) noexcept {
  if (!is_representable(address)) return false;
  State* const leaf = leaf_of(address);
  if (leaf == nullptr) return false;

  const std::atomic_ref<State> state = state_in(leaf, address);
  State seen = State::live;
  return state.compare_exchange_strong(seen, State::busy, std::memory_order_acquire) ||
         claim_when_settled(address, seen);
}

void restore(const void* address) noexcept {
  state_in(leaf_of(address), address).store(State::live, std::memory_order_release);
}

void erase(const void* address) noexcept {
  state_in(leaf_of(address), address).store(State::free, std::memory_order_release);
}

Reservation::Reservation() noexcept : memory_(spare.exchange(nullptr, std::memory_order_acquire)) {
  if (memory_ == nullptr) memory_ = std::calloc(leaf_size, sizeof(State));
}

Reservation::~Reservation() {
  void* none = nullptr;
  if (spare.compare_exchange_strong(none, memory_, std::memory_order_release)) return;
  std::free(memory_);
}

void begin_move(const void* address) noexcept {
  state_in(leaf_of(address), address).store(State::moving, std::memory_order_release);
}

void end_move(const void* old_address, const void* new_address, Reservation& reservation) noexcept {
  if (new_address != old_address) {
    State seen = State::moving;  // any other state was set by a thread that got this address from malloc meanwhile
    state_in(leaf_of(old_address), old_address).compare_exchange_strong(seen, State::free, std::memory_order_release);
  }
  State* leaf = leaf_of(new_address);
  if (leaf == nullptr) leaf = leaf_made_for(new_address, reservation);
  state_in(leaf, new_address).store(State::live, std::memory_order_release);
}

}  // namespace apibuf::live_map
