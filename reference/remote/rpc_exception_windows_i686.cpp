#include <windows.h>

#include "rpc_exception_windows.hpp"

extern "C" [[noreturn]] void apibuf_return_status(void* frame, std::uint32_t status);

extern "C" EXCEPTION_DISPOSITION apibuf_handle_exception(EXCEPTION_RECORD* record, void* frame, CONTEXT*, void*) {
  const bool is_unwinding = (record->ExceptionFlags & (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)) != 0;
  if (!is_unwinding && apibuf::remote::is_rpc_exception(record->ExceptionCode)) {
    const std::uint32_t status = record->ExceptionCode;
    RtlUnwind(frame, nullptr, record, nullptr);
    apibuf_return_status(frame, status);
  }
  return ExceptionContinueSearch;
}
