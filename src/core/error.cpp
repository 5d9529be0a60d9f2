#include "core/error.h"

namespace gradbox {

const char* error_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Runtime: return "RuntimeError";
    case ErrorKind::Type: return "TypeError";
    case ErrorKind::Value: return "ValueError";
    case ErrorKind::Index: return "IndexError";
    case ErrorKind::Key: return "KeyError";
    case ErrorKind::Attribute: return "AttributeError";
    case ErrorKind::NotImplemented: return "NotImplementedError";
    case ErrorKind::Callback: return "CallbackError";
  }
  return "RuntimeError";
}

}  // namespace gradbox
