// What a DLL needs of other DLLs: its imports, and the exports that it forwards.
#pragma once

#include <windows.h>

#include <string>

namespace conformance::platform {

// The address of an export, or nullptr. What it is forwarded to is taken from the folder of the DLL where it lies there.
void* resolve_export(HMODULE module, const char* export_name);

// A clause that says which forwarder of this export does not resolve, and why; empty where the export is no forwarder, is
// not there, or resolves.
std::string unresolved_forwarder(HMODULE module, const char* export_name);

// A clause that says which DLL, or which function of a DLL, keeps the DLL at this absolute path from being loaded; empty
// where none is missing.
std::string missing_import(const std::wstring& path);

}  // namespace conformance::platform
