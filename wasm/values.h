// Values of ONNX models as they cross to JavaScript, and running a session on them.
#pragma once

#include <string>

#include "core/json.h"
#include "onnx/run/session.h"

namespace gradbox::wasm {

// {"tensor":handle}, {"strings":[...],"shape":[...]}, {"sequence":[...]}, null for an optional that
// holds nothing.
onnx::Any value_from(const Json& j);
std::string value_text(const onnx::Any& v);

// {"inputs":[[name,value],...],"outputs":[name,...],"times":bool} gives {"outputs":[value,...],
// "times":[[name,op_type,milliseconds],...]}. The handles given are the receiver's.
std::string run_session(onnx::Session& session, const std::string& request);

}  // namespace gradbox::wasm
