#include "worker/api.hpp"

#include <cstring>

namespace conformance {

CallResult Api::call(Function function, std::initializer_list<std::uintptr_t> arguments) {
  run_.stop_if_failed();
  void* const address = subject_.library.address(function);
  if (address == nullptr) run_.unsupported(std::string(name_of(function)) + " is not exported");
  const CallResult result = conformance::call(run_, address, name_of(function), {arguments.begin(), arguments.size()});
  run_.stop_if_failed();
  return result;
}

namespace {

OutPointer holding(const void* held) {
  OutPointer out;
  out.set(argument(held));
  return out;
}

PointerResult pointer_result(Status status, const OutPointer& out) {
  const bool stored = out.value() != OutPointer::sentinel;
  return {status, stored ? reinterpret_cast<unsigned char*>(out.value()) : nullptr, stored};
}

}  // namespace

void Api::guard_pointer(const OutPointer& out, const char* neighbours) {
  run_.guard(Guard::full_pointers, out.neighbours_are_untouched(), neighbours, "untouched", "written to");
  run_.stop_if_failed();
}

PointerResult Api::allocate(Dword bytes) { return allocate(OutPointer(), bytes); }

PointerResult Api::allocate_into(const void* held, Dword bytes) { return allocate(holding(held), bytes); }

PointerResult Api::allocate(OutPointer out, Dword bytes) {
  const CallResult result = call(Function::allocate, {argument(bytes), out.address()});
  guard_pointer(out, "the words beside Buffer");
  return pointer_result(result.status, out);
}

Status Api::free(const void* buffer) { return call(Function::free, {argument(buffer)}).status; }

PointerResult Api::reallocate(const void* buffer, Dword bytes, bool aliased) {
  return reallocate(aliased ? holding(buffer) : OutPointer(), buffer, bytes);
}

PointerResult Api::reallocate_into(const void* held, const void* buffer, Dword bytes) {
  return reallocate(holding(held), buffer, bytes);
}

PointerResult Api::reallocate(OutPointer out, const void* buffer, Dword bytes) {
  const CallResult result = call(Function::reallocate, {argument(buffer), argument(bytes), out.address()});
  guard_pointer(out, "the words beside NewBuffer");
  return pointer_result(result.status, out);
}

Status Api::allocate_to_null(Dword bytes) { return call(Function::allocate, {argument(bytes), argument(nullptr)}).status; }

SizeResult Api::size(const void* buffer) { return size(OutDword(), buffer); }

SizeResult Api::size_into(Dword held, const void* buffer) {
  OutDword out;
  out.set(held);
  return size(out, buffer);
}

SizeResult Api::size(OutDword out, const void* buffer) {
  const CallResult result = call(Function::size, {argument(buffer), out.address()});
  run_.guard(Guard::writes_32_bits, out.neighbours_are_untouched(), "the words beside ByteCount", "untouched",
             "written to");
  run_.stop_if_failed();
  return {result.status, out.value()};
}

namespace {

PointerResult result_at(const void* variable, Status status) {
  unsigned char* buffer = nullptr;
  std::memcpy(&buffer, variable, sizeof buffer);
  return {status, buffer, true};
}

}  // namespace

PointerResult Api::allocate_at(void* variable, Dword bytes) {
  return result_at(variable, call(Function::allocate, {argument(bytes), argument(variable)}).status);
}

PointerResult Api::reallocate_at(void* variable, const void* buffer, Dword bytes) {
  return result_at(variable, call(Function::reallocate, {argument(buffer), argument(bytes), argument(variable)}).status);
}

SizeResult Api::size_at(void* variable, const void* buffer) {
  SizeResult result = {call(Function::size, {argument(buffer), argument(variable)}).status, 0};
  std::memcpy(&result.bytes, variable, sizeof result.bytes);
  return result;
}

unsigned char* Api::buffer_of(const PointerResult& result, const char* function_name, Dword bytes) {
  if (result.status != success || result.buffer == nullptr) {
    run_.fail(run_.first_requirement(), std::string(function_name) + " of " + std::to_string(bytes) + " bytes", "NERR_Success (0) and a buffer",
              status_text(result.status) + (result.buffer == nullptr ? " and no buffer" : " and a buffer"));
  }
  run_.met(run_.first_requirement().c_str());
  return result.buffer;
}

unsigned char* Api::must_allocate(Dword bytes) {
  return buffer_of(allocate(bytes), name_of(Function::allocate), bytes);
}

void Api::must_free(const void* buffer) {
  const Status status = free(buffer);
  if (status != success) run_.fail(run_.first_requirement(), "NetApiBufferFree", "NERR_Success (0)", status_text(status));
  run_.met(run_.first_requirement().c_str());
}

unsigned char* Api::must_reallocate(const void* buffer, Dword bytes) {
  return buffer_of(reallocate(buffer, bytes), name_of(Function::reallocate), bytes);
}

Dword Api::must_size(const void* buffer) {
  const SizeResult result = size(buffer);
  if (result.status != success) {
    run_.fail(run_.first_requirement(), "NetApiBufferSize", "NERR_Success (0)", status_text(result.status));
  }
  run_.met(run_.first_requirement().c_str());
  return result.bytes;
}

void Api::expect_buffer(const char* requirement, const PointerResult& result) {
  run_.expect(result.status == success && result.buffer != nullptr, requirement, "result",
              "NERR_Success (0) and a buffer", status_text(result.status));
}

void Api::expect_size(const char* requirement, const char* what, const void* buffer, Dword requested) {
  run_.expect(must_size(buffer) >= requested, requirement, what, "no smaller than requested", "smaller");
}

}  // namespace conformance
