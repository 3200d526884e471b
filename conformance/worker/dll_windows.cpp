#include "worker/dll_windows.hpp"

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

namespace conformance::platform {
namespace {

// Forwarders and imports may go round in a circle.
constexpr int deepest = 16;

template <class Item>
const Item* at(HMODULE module, DWORD offset) {
  return reinterpret_cast<const Item*>(reinterpret_cast<const std::byte*>(module) + offset);
}

const IMAGE_DATA_DIRECTORY& directory(HMODULE module, unsigned index) {
  const auto* const headers =
      at<IMAGE_NT_HEADERS>(module, static_cast<DWORD>(at<IMAGE_DOS_HEADER>(module, 0)->e_lfanew));
  return headers->OptionalHeader.DataDirectory[index];
}

std::wstring path_of(HMODULE module) {
  std::wstring path(32768, L'\0');
  path.resize(GetModuleFileNameW(module, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

std::wstring folder_of(const std::wstring& path) { return path.substr(0, path.find_last_of(L"\\/") + 1); }

// The names of DLLs and of exports are ASCII.
std::wstring widened(std::string_view ascii) { return {ascii.begin(), ascii.end()}; }

bool exists(const std::wstring& path) { return GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES; }

// From the folder if it is there, else from where the loader finds it.
HMODULE load_beside(const std::wstring& folder, const std::string& dll, DWORD flags) {
  const std::wstring beside = folder + widened(dll);
  if (exists(beside)) return LoadLibraryExW(beside.c_str(), nullptr, flags | LOAD_WITH_ALTERED_SEARCH_PATH);
  return LoadLibraryExW(widened(dll).c_str(), nullptr, flags);
}

// A DLL that was loaded only to be looked at. It must not stay: the next load of it would succeed, without its imports.
struct Unloads {
  void operator()(HMODULE module) const { FreeLibrary(module); }
};
using LookedAt = std::unique_ptr<std::remove_pointer_t<HMODULE>, Unloads>;

struct Forwarder {
  std::string text;  // "module.function", as it stands in the DLL
  std::string dll;
  std::string function;  // empty where it is forwarded to a number
};

// What an export is forwarded to; nothing where it is not there, or is no forwarder.
std::optional<Forwarder> forwarder_of(HMODULE module, const char* export_name) {
  const IMAGE_DATA_DIRECTORY& place = directory(module, IMAGE_DIRECTORY_ENTRY_EXPORT);
  if (place.Size == 0) return std::nullopt;
  const auto* const exports = at<IMAGE_EXPORT_DIRECTORY>(module, place.VirtualAddress);
  const auto* const names = at<DWORD>(module, exports->AddressOfNames);
  const auto* const indexes = at<WORD>(module, exports->AddressOfNameOrdinals);
  const auto* const addresses = at<DWORD>(module, exports->AddressOfFunctions);
  for (DWORD i = 0; i < exports->NumberOfNames; ++i) {
    if (std::strcmp(at<char>(module, names[i]), export_name) != 0) continue;
    // An address within the directory is that of a forwarder's text.
    const DWORD address = addresses[indexes[i]];
    if (address < place.VirtualAddress || address >= place.VirtualAddress + place.Size) return std::nullopt;
    const std::string text = at<char>(module, address);
    const std::size_t dot = text.rfind('.');
    if (dot == std::string::npos) return std::nullopt;
    std::string function = text.substr(dot + 1);
    if (function.front() == '#') function.clear();
    return Forwarder{text, text.substr(0, dot) + ".dll", function};
  }
  return std::nullopt;
}

void* resolve(HMODULE module, const char* export_name, int depth) {
  const auto forwarder = forwarder_of(module, export_name);
  if (forwarder && depth < deepest) {
    // Loaded here it is what the loader finds when it follows the forwarder, which it does without the DLL's folder.
    const HMODULE next = load_beside(folder_of(path_of(module)), forwarder->dll, 0);
    if (next == nullptr) return nullptr;
    if (!forwarder->function.empty()) resolve(next, forwarder->function.c_str(), depth + 1);
  }
  return reinterpret_cast<void*>(GetProcAddress(module, export_name));
}

std::string unresolved(HMODULE module, const char* export_name, int depth) {
  const auto forwarder = forwarder_of(module, export_name);
  if (!forwarder) return "";
  const std::string beginning = std::string(export_name) + " is forwarded to " + forwarder->text;
  const std::wstring folder = folder_of(path_of(module));
  const HMODULE next = load_beside(folder, forwarder->dll, 0);
  if (next == nullptr) {
    const std::string cause = missing_import(folder + widened(forwarder->dll));
    return beginning + ", and " + forwarder->dll +
           (cause.empty() ? " was not found" : " could not be loaded: " + cause);
  }
  if (depth >= deepest) return beginning + ", which leads round in a circle";
  if (forwarder->function.empty()) return "";
  const std::string further = unresolved(next, forwarder->function.c_str(), depth + 1);
  if (!further.empty()) return beginning + ", and " + further;
  const bool is_there = GetProcAddress(next, forwarder->function.c_str()) != nullptr;
  return is_there ? "" : beginning + ", and " + forwarder->dll + " does not export it";
}

// The first function that a DLL imports from another and that is not there; empty where all are there.
std::string missing_function(HMODULE importer, const IMAGE_IMPORT_DESCRIPTOR& import, HMODULE exporter) {
  const DWORD names = import.OriginalFirstThunk != 0 ? import.OriginalFirstThunk : import.FirstThunk;
  for (const auto* thunk = at<IMAGE_THUNK_DATA>(importer, names); thunk->u1.AddressOfData != 0; ++thunk) {
    if (IMAGE_SNAP_BY_ORDINAL(thunk->u1.Ordinal)) {
      const auto ordinal = static_cast<WORD>(IMAGE_ORDINAL(thunk->u1.Ordinal));
      if (GetProcAddress(exporter, MAKEINTRESOURCEA(ordinal)) == nullptr) return "ordinal " + std::to_string(ordinal);
      continue;
    }
    const char* const name = reinterpret_cast<const char*>(
        at<IMAGE_IMPORT_BY_NAME>(importer, static_cast<DWORD>(thunk->u1.AddressOfData))->Name);
    if (GetProcAddress(exporter, name) == nullptr) return name;
  }
  return "";
}

std::string missing_import(const std::wstring& path, int depth) {
  if (!exists(path) || depth >= deepest) return "";
  // Mapped without its imports, which is all that is possible, and without running anything of it.
  const LookedAt module(LoadLibraryExW(path.c_str(), nullptr, DONT_RESOLVE_DLL_REFERENCES));
  if (module == nullptr) return "";
  const IMAGE_DATA_DIRECTORY& place = directory(module.get(), IMAGE_DIRECTORY_ENTRY_IMPORT);
  if (place.Size == 0) return "";
  for (const auto* import = at<IMAGE_IMPORT_DESCRIPTOR>(module.get(), place.VirtualAddress); import->Name != 0;
       ++import) {
    const std::string dll = at<char>(module.get(), import->Name);
    const LookedAt exporter(load_beside(folder_of(path), dll, DONT_RESOLVE_DLL_REFERENCES));
    if (exporter == nullptr) return "it needs " + dll + ", which was not found";
    const std::string function = missing_function(module.get(), *import, exporter.get());
    if (!function.empty()) return "it needs " + function + ", which " + dll + " does not export";
    const std::string further = missing_import(folder_of(path) + widened(dll), depth + 1);
    if (!further.empty()) return "it needs " + dll + ", and " + further;
  }
  return "";
}

}  // namespace

void* resolve_export(HMODULE module, const char* export_name) { return resolve(module, export_name, 0); }

std::string unresolved_forwarder(HMODULE module, const char* export_name) { return unresolved(module, export_name, 0); }

std::string missing_import(const std::wstring& path) { return missing_import(path, 0); }

}  // namespace conformance::platform
