#include "worker/api.hpp"

#include <algorithm>
#include <cstring>

#include "worker/buffers.hpp"
#include "worker/memory_limit.hpp"
#include "worker/origins.hpp"
#include "worker/pattern.hpp"
#include "worker/shadow.hpp"

namespace conformance {
namespace {

// Too large to be made for each case; what former cases have left in it is overwritten where an address is used again.
Origins origins;

OutPointer holding(const void* held) {
  OutPointer out;
  out.set(argument(held));
  return out;
}

PointerResult pointer_result(Status status, const OutPointer& out) {
  const bool stored = out.value() != OutPointer::sentinel;
  return {status, stored ? reinterpret_cast<unsigned char*>(out.value()) : nullptr, stored};
}

PointerResult result_at(const void* variable, Status status) {
  unsigned char* buffer = nullptr;
  std::memcpy(&buffer, variable, sizeof buffer);
  return {status, buffer, true};
}

const unsigned char* held_at(const void* variable) { return result_at(variable, success).buffer; }

}  // namespace

// ---- what a call relies on -------------------------------------------------------------------------------------------

Origin Api::origin_of(const void* buffer) const {
  Origin origin = origins.of(buffer);
  if (!origin.is_null) origin.is_of_another_thread |= is_in_another_thread();
  return origin;
}

Circumstances Api::circumstances() const {
  const long alive =
      alive_by_first_thread_.load(std::memory_order_relaxed) + alive_by_others_.load(std::memory_order_relaxed);
  return {.alive = static_cast<std::size_t>(std::max(0L, alive)), .is_another_thread = is_in_another_thread()};
}

void Api::add_alive(long buffers) {
  if (is_in_another_thread()) {
    alive_by_others_.fetch_add(buffers, std::memory_order_relaxed);
  } else {
    const long before = alive_by_first_thread_.load(std::memory_order_relaxed);
    alive_by_first_thread_.store(before + buffers, std::memory_order_relaxed);
  }
}

const char* Api::to_allocate(Dword bytes) const { return requirement_of_allocate(bytes, true, circumstances()); }
const char* Api::to_free(const void* buffer) const { return requirement_of_free(origin_of(buffer)); }
const char* Api::to_reallocate(const void* buffer, Dword bytes, bool aliased) const {
  return requirement_of_reallocate(origin_of(buffer), bytes, aliased && buffer != nullptr, circumstances());
}
const char* Api::to_size(const void* buffer) const { return requirement_of_size(origin_of(buffer)); }

CallResult Api::call(Function function, const char* requirement, std::initializer_list<std::uintptr_t> arguments) {
  run_.stop_if_failed();
  if (subject_.library.form(function) == ExportForm::missing) {
    const std::string name = name_of(function);
    run_.unsupported(shadow_ != nullptr ? "the connector does not have " + name : name + " is not exported");
  }
  run_.calling(name_of(function), requirement_to_return(function, requirement, MemoryLimit::is_set()));
  const bool is_elsewhere = is_in_another_thread();
  run_.call_begins(function, arguments.begin(), is_elsewhere);
  const std::span<const std::uintptr_t> values(arguments.begin(), arguments.size());
  void* const address = subject_.library.address(function);
  const CallResult result = shadow_ != nullptr ? shadow_->call(function, values)
                                               : conformance::call(run_, address, name_of(function), values);
  run_.call_returned(result.status, is_elsewhere);
  run_.stop_if_failed();
  return result;
}

// ---- the four functions ----------------------------------------------------------------------------------------------

void Api::guard_pointer(const OutPointer& out, const char* neighbours) {
  run_.guard(Guard::full_pointers, out.neighbours_are_untouched(), neighbours, "untouched", "written to");
  run_.stop_if_failed();
}

// Keeps account of a buffer that Allocate or Reallocate has made, and of the one that it replaces.
void Api::note(const PointerResult& result, const Origin& origin, bool replaces) {
  if (result.status != success) return;
  if (result.buffer != nullptr) origins.note(result.buffer, origin);
  add_alive((result.buffer != nullptr ? 1 : 0) - (replaces ? 1 : 0));
}

PointerResult Api::allocate(Dword bytes) { return allocate(OutPointer(), bytes, to_allocate(bytes)); }

PointerResult Api::allocate_into(const void* held, Dword bytes) {
  return allocate(holding(held), bytes, to_allocate(bytes));
}

PointerResult Api::allocate(OutPointer out, Dword bytes, const char* requirement) {
  const Status status = call(Function::allocate, requirement, {argument(bytes), out.address()}).status;
  guard_pointer(out, "the words beside Buffer");
  const PointerResult result = pointer_result(status, out);
  note(result, allocated(bytes), false);
  return result;
}

Status Api::free(const void* buffer) { return free(buffer, to_free(buffer)); }

Status Api::free(const void* buffer, const char* requirement) {
  const Status status = call(Function::free, requirement, {argument(buffer)}).status;
  if (status == success && buffer != nullptr) add_alive(-1);
  return status;
}

PointerResult Api::reallocate(const void* buffer, Dword bytes, bool aliased) {
  return reallocate(buffer, bytes, aliased, to_reallocate(buffer, bytes, aliased));
}

PointerResult Api::reallocate(const void* buffer, Dword bytes, bool aliased, const char* requirement) {
  return reallocate(aliased ? holding(buffer) : OutPointer(), buffer, bytes, requirement);
}

PointerResult Api::reallocate_into(const void* held, const void* buffer, Dword bytes) {
  return reallocate(holding(held), buffer, bytes, to_reallocate(buffer, bytes, false));
}

PointerResult Api::reallocate(OutPointer out, const void* buffer, Dword bytes, const char* requirement) {
  const Status status =
      call(Function::reallocate, requirement, {argument(buffer), argument(bytes), out.address()}).status;
  guard_pointer(out, "the words beside NewBuffer");
  const PointerResult result = pointer_result(status, out);
  note(result, reallocated(), buffer != nullptr);
  return result;
}

Status Api::allocate_to_null(Dword bytes) {
  return call(Function::allocate, "allocate/null-out", {argument(bytes), argument(nullptr)}).status;
}

SizeResult Api::size(const void* buffer) { return size(OutDword(), buffer, to_size(buffer)); }

SizeResult Api::size_into(Dword held, const void* buffer) {
  OutDword out;
  out.set(held);
  return size(out, buffer, to_size(buffer));
}

SizeResult Api::size(OutDword out, const void* buffer, const char* requirement) {
  const CallResult result = call(Function::size, requirement, {argument(buffer), out.address()});
  run_.guard(Guard::writes_32_bits, out.neighbours_are_untouched(), "the words beside ByteCount", "untouched",
             "written to");
  run_.stop_if_failed();
  return {result.status, out.value()};
}

PointerResult Api::allocate_at(void* variable, Dword bytes) {
  const Status status = call(Function::allocate, to_allocate(bytes), {argument(bytes), argument(variable)}).status;
  const PointerResult result = result_at(variable, status);
  note(result, allocated(bytes), false);
  return result;
}

PointerResult Api::reallocate_at(void* variable, const void* buffer, Dword bytes) {
  const char* const requirement = to_reallocate(buffer, bytes, held_at(variable) == buffer);
  const Status status =
      call(Function::reallocate, requirement, {argument(buffer), argument(bytes), argument(variable)}).status;
  const PointerResult result = result_at(variable, status);
  note(result, reallocated(), buffer != nullptr);
  return result;
}

SizeResult Api::size_at(void* variable, const void* buffer) {
  SizeResult result = {call(Function::size, to_size(buffer), {argument(buffer), argument(variable)}).status, 0};
  std::memcpy(&result.bytes, variable, sizeof result.bytes);
  return result;
}

// ---- where success is judged -----------------------------------------------------------------------------------------

unsigned char* Api::buffer_of(const PointerResult& result, const char* requirement, Function function, Dword bytes) {
  if (result.status != success || result.buffer == nullptr) {
    run_.fail(requirement, std::string(name_of(function)) + " of " + std::to_string(bytes) + " bytes",
              "NERR_Success (0) and a buffer",
              status_text(result.status) + (result.buffer == nullptr ? " and no buffer" : " and a buffer"));
  }
  run_.met(requirement);
  return result.buffer;
}

unsigned char* Api::must_allocate(Dword bytes) {
  const char* const requirement = to_allocate(bytes);
  return buffer_of(allocate(OutPointer(), bytes, requirement), requirement, Function::allocate, bytes);
}

void Api::must_free(const void* buffer) {
  const char* const requirement = to_free(buffer);
  const Status status = free(buffer, requirement);
  if (status != success) {
    run_.fail(requirement, buffers::call_text(name_of(Function::free), argument(buffer)), "NERR_Success (0)",
              status_text(status));
  }
  run_.met(requirement);
}

unsigned char* Api::must_reallocate(const void* buffer, Dword bytes, bool aliased) {
  const char* const requirement = to_reallocate(buffer, bytes, aliased);
  const PointerResult result = reallocate(buffer, bytes, aliased, requirement);
  return buffer_of(result, requirement, Function::reallocate, bytes);
}

void Api::must_reallocate_to_zero(const void* buffer, bool aliased) {
  const char* const requirement = to_reallocate(buffer, 0, aliased);
  const Status status = reallocate(buffer, 0, aliased, requirement).status;
  if (status != success) {
    run_.fail(requirement, buffers::call_text(name_of(Function::reallocate), argument(buffer)) + " to 0 bytes",
              "NERR_Success (0)", status_text(status));
  }
  run_.met(requirement);
}

Dword Api::must_size(const void* buffer) {
  const char* const requirement = to_size(buffer);
  const SizeResult result = size(OutDword(), buffer, requirement);
  if (result.status != success) {
    run_.fail(requirement, buffers::call_text(name_of(Function::size), argument(buffer)), "NERR_Success (0)",
              status_text(result.status));
  }
  run_.met(requirement);
  return result.bytes;
}

// Of a request that need not be granted only the honesty of a success is judged.
unsigned char* Api::granted(const PointerResult& result, const char* requirement, Function function, Dword bytes) {
  if (!is_beyond_what_is_granted(requirement)) return buffer_of(result, requirement, function, bytes);
  if (result.status != success) return nullptr;
  return buffer_of(result, requirement_to_return(function, requirement, false), function, bytes);
}

unsigned char* Api::allocate_if_granted(Dword bytes) {
  const char* const requirement = to_allocate(bytes);
  return granted(allocate(OutPointer(), bytes, requirement), requirement, Function::allocate, bytes);
}

unsigned char* Api::reallocate_if_granted(const void* buffer, Dword bytes, bool aliased) {
  const char* const requirement = to_reallocate(buffer, bytes, aliased);
  const PointerResult result = reallocate(buffer, bytes, aliased, requirement);
  return granted(result, requirement, Function::reallocate, bytes);
}

std::optional<Dword> Api::size_if_told(const void* buffer) {
  const SizeResult result = size(buffer);
  return result.status == success ? std::optional(result.bytes) : std::nullopt;
}

void Api::expect_buffer(const char* requirement, const PointerResult& result) {
  run_.expect(result.status == success && result.buffer != nullptr, requirement, "result",
              "NERR_Success (0) and a buffer", status_text(result.status));
}

void Api::expect_size(const char* requirement, const char* what, const void* buffer, Dword requested) {
  const SizeResult result = size(buffer);
  run_.expect(result.status == success, requirement, name_of(Function::size), "NERR_Success (0)",
              status_text(result.status));
  if (result.bytes < requested) {
    run_.fail(requirement, what, "at least " + std::to_string(requested), std::to_string(result.bytes));
  }
  run_.met(requirement);
}

void Api::expect_contents(const char* requirement, const char* which, const unsigned char* buffer, std::size_t from,
                          std::size_t bytes, unsigned pattern) {
  const auto difference = first_difference(buffer, from, bytes, pattern);
  if (difference) {
    run_.fail(requirement,
              "byte " + std::to_string(*difference) + " of " + std::to_string(from + bytes) + " bytes " + which,
              std::to_string(pattern_byte(pattern, *difference)), std::to_string(buffer[*difference]));
  }
  run_.met(requirement);
}

}  // namespace conformance
