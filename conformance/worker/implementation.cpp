#include "worker/implementation.hpp"

#include <algorithm>

#include "worker/connector.hpp"

namespace conformance {

Implementation::Implementation(platform::Library* library) : library_(library) {
  for (const Signature& signature : signatures) {
    exports_.push_back(look_up(signature.name, signature.parameters.size()));
  }
}

Implementation::Implementation(const Connector& connector) : library_(nullptr) {
  const std::vector<std::string>& offered = connector.identity().functions;
  for (const Signature& signature : signatures) {
    const bool is_offered = std::find(offered.begin(), offered.end(), signature.name) != offered.end();
    exports_.push_back({nullptr, is_offered ? ExportForm::undecorated : ExportForm::missing});
  }
}

Implementation::Export Implementation::look_up(const std::string& name, std::size_t argument_count) const {
  void* address = platform::find_export(library_, name.c_str());
  ExportForm form = ExportForm::undecorated;
  const std::string suffix = "@" + std::to_string(4 * argument_count);
  for (const std::string& decorated : {"_" + name + suffix, name + suffix, "_" + name}) {
    if (address != nullptr) break;
    address = platform::find_export(library_, decorated.c_str());
    form = ExportForm::decorated;
  }
  return {address, address != nullptr ? form : ExportForm::missing};
}

std::vector<std::string> Implementation::names(ExportForm wanted) const {
  std::vector<std::string> result;
  for (const Signature& signature : signatures) {
    if (form(signature.function) == wanted) result.emplace_back(signature.name);
  }
  return result;
}

}  // namespace conformance
