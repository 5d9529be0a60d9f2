// Operator calls. An operator id stands for a name: the core's binder picks the overload. Calls on
// one or two operands, which make up nearly all of a training loop, skip the binder: which
// overload they mean doesn't depend on the values, so it is looked up once per name and pattern.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <deque>

#include "boundary.h"
#include "buffer.h"
#include "handles.h"
#include "ops/call_style.h"
#include "ops/registry.h"

namespace gradbox::wasm {
namespace {

enum Pattern { kUnary, kTensorTensor, kTensorNumber, kNumberTensor, kPatterns };

struct FastCall {
  bool looked_up = false;
  const OpDef* op = nullptr;  // null: no overload takes this pattern as it is
  bool wrap_number = false;   // the number becomes a 0-dim tensor; otherwise a Scalar
};

struct Name {
  const std::vector<const OpDef*>* overloads;
  FastCall fast[kPatterns];
};

// By operator id; overloads of a name share their entry.
Name& name_of(int op_id) {
  static std::vector<Name*> by_id;
  static std::deque<Name> names;
  if (by_id.empty()) {
    const Registry& r = Registry::instance();
    std::map<std::string, Name*> by_name;
    for (const OpDef& op : r.all()) {
      Name*& n = by_name[op.schema.name];
      if (!n) {
        names.push_back({&r.overloads(op.schema.name), {}});
        n = &names.back();
      }
      by_id.push_back(n);
    }
  }
  if (op_id < 0 || static_cast<std::size_t>(op_id) >= by_id.size())
    fail(ErrorKind::Attribute, "no operator has the id ", op_id);
  return *by_id[static_cast<std::size_t>(op_id)];
}

bool takes_tensor(const ArgSpec& a) {
  return !a.kwarg_only && (a.kind == ArgKind::Tensor || a.kind == ArgKind::TensorOrScalar);
}

bool fits(const OpDef& op, Pattern pattern, bool& wrap_number) {
  const auto& args = op.schema.args;
  const std::size_t given = pattern == kUnary ? 1 : 2;
  if (args.size() < given) return false;
  for (std::size_t i = given; i < args.size(); ++i)
    if (!args[i].has_default) return false;
  if (!takes_tensor(args[0])) return false;
  if (pattern == kUnary) return true;
  if (pattern != kTensorNumber) return takes_tensor(args[1]);
  wrap_number = args[1].kind == ArgKind::TensorOrScalar;
  return !args[1].kwarg_only && (wrap_number || args[1].kind == ArgKind::Scalar);
}

const FastCall& fast_call(Name& n, Pattern pattern) {
  FastCall& f = n.fast[pattern];
  if (!f.looked_up) {
    f.looked_up = true;
    for (const OpDef* op : *n.overloads)
      if (fits(*op, pattern, f.wrap_number)) {
        f.op = op;
        break;
      }
  }
  return f;
}

int run(const FastCall& f, Values&& args) {
  const auto& specs = f.op->schema.args;
  for (std::size_t i = args.size(); i < specs.size(); ++i) args.push_back(specs[i].default_value);
  return write_value(call(*f.op, std::move(args)));
}

Values with_room(const FastCall& f) {
  Values args;
  args.reserve(f.op->schema.args.size());
  return args;
}

int bound(Name& n, const Values& positional, const std::vector<Keyword>& keywords = {}) {
  BoundCall b = bind(*n.overloads, positional, keywords);
  return write_value(call(*b.op, std::move(b.args)));
}

Value number_value(double x, bool integer) {
  return integer ? Value(static_cast<long long>(x)) : Value(x);
}

Tensor number_tensor(double x, bool integer) {
  return integer ? Tensor::wrapped_number(static_cast<std::int64_t>(x)) : Tensor::wrapped_number(x);
}

int tensor_number(int op, int a, double x, bool integer) {
  return guard(static_cast<int>(kFailed), [&] {
    Name& n = name_of(op);
    const FastCall& f = fast_call(n, kTensorNumber);
    if (!f.op) return bound(n, {Value(take(a)), number_value(x, integer)});
    Values args = with_room(f);
    args.emplace_back(take(a));
    if (f.wrap_number) args.emplace_back(number_tensor(x, integer));
    else args.push_back(number_value(x, integer));
    return run(f, std::move(args));
  });
}

// `2 - x`: the number takes the tensor's place, as in PyTorch's reflected operators.
int number_tensor_call(int op, double x, int a, bool integer) {
  return guard(static_cast<int>(kFailed), [&] {
    Name& n = name_of(op);
    const FastCall& f = fast_call(n, kNumberTensor);
    if (!f.op) return bound(n, {Value(number_tensor(x, integer)), Value(take(a))});
    Values args = with_room(f);
    args.emplace_back(number_tensor(x, integer));
    args.emplace_back(take(a));
    return run(f, std::move(args));
  });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

// Calls operator `op` on the buffer's `count` tagged arguments. Gives a handle or a Result code.
// `function`: it was called as torch.op(...), and errors count its arguments so.
EMSCRIPTEN_KEEPALIVE int gb_call(int op, int count, int function) {
  return guard(static_cast<int>(kFailed), [&] {
    const FunctionStyle style(function != 0);
    Name& n = name_of(op);
    const Arguments a = read_arguments(count);
    return bound(n, a.positional, a.keywords);
  });
}

EMSCRIPTEN_KEEPALIVE int gb_call_t(int op, int a) {
  return guard(static_cast<int>(kFailed), [&] {
    Name& n = name_of(op);
    const FastCall& f = fast_call(n, kUnary);
    if (!f.op) return bound(n, {Value(take(a))});
    Values args = with_room(f);
    args.emplace_back(take(a));
    return run(f, std::move(args));
  });
}

EMSCRIPTEN_KEEPALIVE int gb_call_tt(int op, int a, int b) {
  return guard(static_cast<int>(kFailed), [&] {
    Name& n = name_of(op);
    const FastCall& f = fast_call(n, kTensorTensor);
    if (!f.op) return bound(n, {Value(take(a)), Value(take(b))});
    Values args = with_room(f);
    args.emplace_back(take(a));
    args.emplace_back(take(b));
    return run(f, std::move(args));
  });
}

EMSCRIPTEN_KEEPALIVE int gb_call_tf(int op, int a, double x) {
  return tensor_number(op, a, x, false);
}
EMSCRIPTEN_KEEPALIVE int gb_call_ti(int op, int a, double x) {
  return tensor_number(op, a, x, true);
}
EMSCRIPTEN_KEEPALIVE int gb_call_ft(int op, double x, int a) {
  return number_tensor_call(op, x, a, false);
}
EMSCRIPTEN_KEEPALIVE int gb_call_it(int op, double x, int a) {
  return number_tensor_call(op, x, a, true);
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(calls) {
  emscripten::function(
      "opsJson", +[] { return Registry::instance().to_json(); });
  emscripten::function("lastError", &last_error);
}
