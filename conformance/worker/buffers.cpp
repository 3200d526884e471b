#include "worker/buffers.hpp"

#include <array>
#include <atomic>
#include <cstring>
#include <string_view>
#include <utility>

#include "worker/fixed_text.hpp"
#include "worker/function.hpp"

namespace conformance::buffers {
namespace {

// How near a buffer an address must lie to have to do with it, in bytes.
constexpr std::uintptr_t most_apart = 4096;

struct Place {
  std::atomic<std::uintptr_t> address;
  std::atomic<Dword> bytes;
  std::atomic<bool> is_live;
};

std::array<Place, 1 << 12> places;

Place& place_of(std::uintptr_t address) { return places[(address >> 4 ^ address >> 16) % places.size()]; }

void note_made(std::uintptr_t variable, std::uintptr_t bytes) {
  std::uintptr_t address = 0;
  std::memcpy(&address, reinterpret_cast<const void*>(variable), sizeof address);
  if (address == 0) return;
  Place& place = place_of(address);
  place.address.store(address, std::memory_order_relaxed);
  place.bytes.store(static_cast<Dword>(bytes), std::memory_order_relaxed);
  place.is_live.store(true, std::memory_order_relaxed);
}

// From before the call on: another thread may be given the same address before this one goes on.
bool is_freed(std::uintptr_t address) {
  Place& place = place_of(address);
  const bool was_live =
      place.address.load(std::memory_order_relaxed) == address && place.is_live.load(std::memory_order_relaxed);
  // No atomic exchange, which would take as long as a call: where two threads free a buffer at once, both may say so.
  if (was_live) place.is_live.store(false, std::memory_order_relaxed);
  return was_live;
}

// How many bytes the address lies outside of the buffer; 0 in it.
std::uintptr_t distance(std::uintptr_t address, std::uintptr_t start, Dword bytes) {
  if (address < start) return start - address;
  return address - start < bytes ? 0 : address - start - bytes + 1;
}

void describe(FixedText& text, std::uintptr_t address, std::uintptr_t start, Dword bytes, std::string_view which) {
  if (address < start) {
    text << start - address << " bytes before ";
  } else if (address - start < bytes) {
    text << "at byte " << address - start << " of ";
  } else if (address - start == bytes) {
    text << "at the end of ";
  } else {
    text << address - start - bytes << " bytes behind the end of ";
  }
  text << which << " of " << bytes << " bytes";
}

}  // namespace

Account::Account(const char* function, std::span<const std::uintptr_t> arguments) noexcept {
  // Names are compared by their addresses, which a call of one of the four functions takes from the same table.
  if (function == name_of(Function::allocate)) {
    bytes_ = arguments[0];
    variable_ = arguments[1];
  } else if (function == name_of(Function::size)) {
    given_ = arguments[0];
  } else if (function == name_of(Function::free)) {
    given_ = arguments[0];
    may_free_ = given_ != 0 && is_freed(given_);
  } else if (function == name_of(Function::reallocate)) {
    given_ = arguments[0];
    bytes_ = arguments[1];
    variable_ = arguments[2];
    may_free_ = given_ != 0 && is_freed(given_);
  }
}

void Account::returned(Status status) const noexcept {
  if (status == success && variable_ != 0) note_made(variable_, bytes_);
  if (status != success && may_free_) place_of(given_).is_live.store(true, std::memory_order_relaxed);
}

std::optional<Dword> bytes_of(std::uintptr_t address) noexcept {
  const Place& place = place_of(address);
  return place.address == address ? std::optional(place.bytes.load()) : std::nullopt;
}

std::string call_text(const std::string& function, std::uintptr_t given) {
  const std::string call = function + " of ";
  if (given == 0) return call + "NULL";
  const std::optional<Dword> bytes = bytes_of(given);
  return bytes ? call + "a buffer of " + std::to_string(*bytes) + " bytes" : call + "a buffer";
}

void where(std::uintptr_t address, std::uintptr_t given, char (&text)[where_characters]) noexcept {
  FixedText words(text);
  const Place* nearest = nullptr;
  // Of buffers at the same distance some have lain where another one lies now.
  std::pair least(most_apart + 1, 0);
  for (const Place& place : places) {
    const std::uintptr_t start = place.address.load(std::memory_order_relaxed);
    if (start == 0) continue;
    const std::uintptr_t apart = distance(address, start, place.bytes.load(std::memory_order_relaxed));
    // What lies beside a buffer that is gone has nothing to do with it.
    if (apart > 0 && !place.is_live && start != given) continue;
    const std::pair rank(apart, start == given ? 0 : place.is_live ? 1 : 2);
    if (rank >= least) continue;
    least = rank;
    nearest = &place;
  }
  if (nearest != nullptr) {
    const std::uintptr_t start = nearest->address;
    const std::string_view other = nearest->is_live ? "a live buffer" : "a freed buffer";
    describe(words, address, start, nearest->bytes, start == given ? "the buffer that the call was given," : other);
  } else if (address == 0) {
    words << "at NULL";
  } else if (address < most_apart) {
    words << address << " bytes behind NULL";
  } else if (std::uintptr_t{0} - address < most_apart) {
    words << std::uintptr_t{0} - address << " bytes before NULL";
  }
}

}  // namespace conformance::buffers
