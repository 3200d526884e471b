#include "worker/shadow.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "worker/out_parameter.hpp"
#include "worker/watched_memory.hpp"

namespace conformance {
namespace {

// Of each buffer's addresses: whatever Size reports, they are its own.
constexpr std::uint64_t place_bytes = std::uint64_t{1} << 32;

// Read and written at once; a multiple of every page's size.
constexpr std::size_t part_bytes = 64 << 10;

// So many buffers have addresses of their own before those of a freed one are used again. A property may still hold the
// pointer to a buffer that was freed just now.
constexpr std::size_t places_before_reuse = 4096;

}  // namespace

Shadow::Shadow(CaseRun& run, Connector& connector) : run_(run), connector_(run, connector) {}

Shadow::~Shadow() {
  for (const auto& [start, buffer] : buffers_) watched_memory::release(start, place_bytes);
}

void Shadow::execute(const std::function<void()>& activity) {
  const auto settled = [&] {
    activity();
    settle();
  };
  watched_memory::watch(settled, [this](unsigned char* address) { return use(address); });
}

// ---- memory ----------------------------------------------------------------------------------------------------------

// A first use may only read; a second one, of what is open to read, writes.
bool Shadow::use(unsigned char* address) {
  Place* const place = place_at(address);
  if (place == nullptr) return false;
  const auto offset = static_cast<std::size_t>(address - place->first);
  if (offset >= place->second.bytes) throw std::logic_error("the property uses what is no part of a buffer");
  unsigned char* const start = place->first + offset / part_bytes * part_bytes;
  const auto part = parts_.find(start);
  if (part == parts_.end()) {
    read_part(*place, start);
  } else {
    open_to_write(part);
  }
  return true;
}

void Shadow::read_part(Place& place, unsigned char* start) {
  auto& [buffer_start, buffer] = place;
  const auto from = static_cast<std::size_t>(start - buffer_start);
  settle_beside(place);
  const std::string data = connector_.read(buffer.number, from, std::min(part_bytes, buffer.bytes - from));
  watched_memory::open_to_read_and_write(start, data.size());
  std::copy(data.begin(), data.end(), start);
  watched_memory::open_to_read(start, data.size());
  parts_.insert_or_assign(start, Part{&place, data, false});
}

void Shadow::open_to_write(Parts::iterator written) {
  settle_beside(*written->second.place);
  for (auto part = parts_.begin(); part != parts_.end();) {
    const auto current = part++;
    if (current->second.place != written->second.place) close(current);
  }
  watched_memory::open_to_read_and_write(written->first, written->second.data.size());
  written->second.is_written = true;
}

// Two buffers may overlap. The parts of one do not: they may be written side by side, as one instruction may do.
void Shadow::settle_beside(const Place& place) {
  for (auto& [start, part] : parts_) {
    if (part.place != &place) settle(start, part);
  }
}

void Shadow::settle() {
  for (auto& [start, part] : parts_) settle(start, part);
}

// Writes what was changed to the implementation's memory, which has to keep it.
void Shadow::settle(unsigned char* start, Part& part) {
  if (!part.is_written) return;
  const std::size_t bytes = part.data.size();
  watched_memory::open_to_read(start, bytes);
  part.is_written = false;
  const std::string former = std::exchange(part.data, std::string(reinterpret_cast<const char*>(start), bytes));
  const auto first = std::mismatch(former.begin(), former.end(), part.data.begin()).first;
  if (first == former.end()) return;
  const auto last = std::mismatch(former.rbegin(), former.rend(), part.data.rbegin()).first;
  const auto from = static_cast<std::size_t>(first - former.begin());
  const std::string changed = part.data.substr(from, static_cast<std::size_t>(last.base() - first));

  const auto& [buffer_start, buffer] = *part.place;
  const std::size_t offset = static_cast<std::size_t>(start - buffer_start) + from;
  connector_.write(buffer.number, offset, changed);
  const std::string kept = connector_.read(buffer.number, offset, changed.size());
  const auto [written, found] = std::mismatch(changed.begin(), changed.end(), kept.begin());
  if (written == changed.end()) return;
  const std::size_t at = offset + static_cast<std::size_t>(written - changed.begin());
  run_.fail(at < buffer.requested ? "allocate/usable" : "size/all-usable",
            "byte " + std::to_string(at) + " of " + std::to_string(buffer.bytes) + " bytes, after it was written",
            std::to_string(static_cast<unsigned char>(*written)), std::to_string(static_cast<unsigned char>(*found)));
}

void Shadow::close(Parts::iterator part) {
  watched_memory::close(part->first, part->second.data.size());
  parts_.erase(part);
}

void Shadow::close_all() {
  while (!parts_.empty()) close(parts_.begin());
}

// ---- pointers --------------------------------------------------------------------------------------------------------

Shadow::Place* Shadow::place_at(const unsigned char* address) {
  const auto above = buffers_.upper_bound(const_cast<unsigned char*>(address));
  if (above == buffers_.begin()) return nullptr;
  Place& place = *std::prev(above);
  return static_cast<std::uint64_t>(address - place.first) < place_bytes ? &place : nullptr;
}

Shadow::Place& Shadow::new_place() {
  if (buffers_.size() >= places_before_reuse && !ended_.empty()) {
    Place& place = *ended_.extract(ended_.begin()).mapped();
    places_.erase(place.second.number);
    return place;
  }
  unsigned char* const start = watched_memory::reserve(place_bytes);
  if (start == nullptr) run_.unsupported("this worker has no addresses for so many buffers behind a connector");
  return *buffers_.try_emplace(start).first;
}

// The same for the same number, as long as that was not used again.
Shadow::Place& Shadow::place_of(std::uintptr_t number) {
  if (const auto known = places_.find(number); known != places_.end()) return *known->second;
  Place& place = new_place();
  place.second = {.number = number};
  places_[number] = &place;
  return place;
}

std::uintptr_t Shadow::number_of(std::uintptr_t pointer) {
  if (pointer == 0 || pointer == OutPointer::sentinel) return pointer;
  const auto* const address = reinterpret_cast<const unsigned char*>(pointer);
  const Place* const place = place_at(address);
  if (place == nullptr) run_.unsupported("a connector passes no memory of the caller's");
  if (place->first != address) run_.unsupported("a connector passes no address within a buffer");
  return place->second.number;
}

std::uintptr_t Shadow::pointer_of(std::uintptr_t number) {
  return number == 0 ? 0 : reinterpret_cast<std::uintptr_t>(place_of(number).first);
}

// ---- calls -----------------------------------------------------------------------------------------------------------

CallResult Shadow::call(Function function, std::span<const std::uintptr_t> arguments) {
  settle();
  close_all();
  std::array<std::uintptr_t, 3> passed = {};
  std::uintptr_t held = 0, *variable = nullptr;
  std::size_t count = 0;
  for (const Parameter& parameter : parameters_of(function)) {
    const std::uintptr_t value = arguments[count];
    std::uintptr_t& to_pass = passed.at(count++);
    to_pass = parameter.kind == Parameter::in_pointer ? number_of(value) : value;
    if (parameter.kind != Parameter::out_pointer || value == 0) continue;
    variable = reinterpret_cast<std::uintptr_t*>(value);
    held = number_of(*variable);
    to_pass = reinterpret_cast<std::uintptr_t>(&held);
  }
  const std::uintptr_t held_before = held;
  const CallResult result = connector_.call(function, {passed.data(), count});
  if (variable != nullptr && held != held_before) *variable = pointer_of(held);
  if (result.status == success) note(function, arguments);
  return result;
}

// What a call that succeeded has changed.
void Shadow::note(Function function, std::span<const std::uintptr_t> arguments) {
  switch (function) {
    case Function::allocate:
    case Function::netapip_allocate: return note_buffer(arguments[1], static_cast<Dword>(arguments[0]));
    case Function::free: return note_end(arguments[0]);
    case Function::reallocate:
      note_end(arguments[0]);
      return note_buffer(arguments[2], static_cast<Dword>(arguments[1]));
    case Function::size: {
      if (arguments[0] == 0 || arguments[1] == 0) return;
      Buffer& buffer = place_at(reinterpret_cast<const unsigned char*>(arguments[0]))->second;
      const Dword reported = *reinterpret_cast<const Dword*>(arguments[1]);
      if (reported != OutDword::sentinel) buffer.bytes = std::max<std::size_t>(buffer.bytes, reported);
    }
  }
}

// Of a buffer that is given out twice the larger number of bytes counts: it was asked for.
void Shadow::note_buffer(std::uintptr_t variable, std::size_t bytes) {
  const std::uintptr_t pointer = variable != 0 ? *reinterpret_cast<const std::uintptr_t*>(variable) : 0;
  if (pointer == 0 || pointer == OutPointer::sentinel) return;
  Buffer& buffer = place_at(reinterpret_cast<const unsigned char*>(pointer))->second;
  buffer.requested = buffer.is_live ? std::max(buffer.requested, bytes) : bytes;
  buffer.bytes = buffer.is_live ? std::max(buffer.bytes, bytes) : bytes;
  buffer.is_live = true;
  ended_.erase(buffer.end);
}

void Shadow::note_end(std::uintptr_t pointer) {
  if (pointer == 0) return;
  Place& place = *place_at(reinterpret_cast<const unsigned char*>(pointer));
  ended_.erase(place.second.end);  // where it was freed twice
  place.second.is_live = false;
  place.second.end = ++ends_;
  ended_[ends_] = &place;
}

}  // namespace conformance
