// From the core to the front end: one imported JavaScript function for every kind of callback.
#pragma once

#include <memory>
#include <vector>

#include "core/value.h"

namespace gradbox::wasm {

// The numbers are those of the list of names in web/lib/native.ts.
enum class CallbackKind : int {
  PreForward,
  Forward,
  ForwardHook,
  BackwardPre,
  BackwardHook,
  TensorHook,
  FunctionForward,
  FunctionBackward,
  PackSaved,
  UnpackSaved,
};

// What a callback is given: `counts` go before the tensors where a front end must tell two groups
// apart (see the table in ARCHITECTURE.md).
struct CallbackReply {
  bool given = false;  // false: "unchanged"
  TensorList tensors;
};
// Throws CallbackError when the front end's function raised.
CallbackReply call_front_end(CallbackKind kind, int callback, int module, int frame, int changed,
                             const TensorList& tensors = {}, int leading_count = -1);

// A front end's callback id. When the last owner of the reference is gone, the front end is told
// (Released) and can drop its function.
class CallbackRef {
 public:
  explicit CallbackRef(int id) : id_(id) {}
  ~CallbackRef();
  CallbackRef(const CallbackRef&) = delete;
  CallbackRef& operator=(const CallbackRef&) = delete;
  int id() const { return id_; }

 private:
  int id_;
};
using Callback = std::shared_ptr<CallbackRef>;
Callback callback(int id);

// What the front end may drop. It asks for it; being told at once would run its code in the middle
// of a destructor.
struct Released {
  std::vector<int> callbacks;
  std::vector<int> frames;
};
Released& released();

}  // namespace gradbox::wasm
