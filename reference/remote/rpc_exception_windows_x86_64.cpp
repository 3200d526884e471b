#include <windows.h>

#include "rpc_exception_windows.hpp"

extern "C" char apibuf_call_and_catch_end[];

extern "C" EXCEPTION_DISPOSITION apibuf_handle_exception(EXCEPTION_RECORD* record, void* frame, CONTEXT*,
                                                         DISPATCHER_CONTEXT* dispatcher) {
  const bool is_unwinding = (record->ExceptionFlags & (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)) != 0;
  if (!is_unwinding && apibuf::remote::is_rpc_exception(record->ExceptionCode)) {
    void* const status = reinterpret_cast<void*>(std::uintptr_t{record->ExceptionCode});
    RtlUnwindEx(frame, apibuf_call_and_catch_end, record, status, dispatcher->ContextRecord, dispatcher->HistoryTable);
  }
  return ExceptionContinueSearch;
}
