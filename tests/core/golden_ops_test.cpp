// Every operator of the registry against real PyTorch: values, dtypes, errors, names of nodes,
// gradients, and the in-place forms.
#include <catch2/catch.hpp>
#include <set>

#include "autograd/node.h"
#include "autograd/variable.h"
#include "core/generator.h"
#include "golden.h"
#include "ops/ops.h"

using namespace gradbox;

namespace {

struct Call {
  Values args;
  std::vector<Keyword> keywords;
  TensorList differentiable;  // those that the case takes gradients of
};

// Arguments anew, so that a call that writes them spoils nothing.
Call call_of(const Json& j) {
  Call out;
  for (const Json& a : j.find("args")->items()) out.args.push_back(golden::value(a));
  if (const Json* kw = j.find("kwargs"))
    for (const auto& [name, v] : kw->members()) out.keywords.push_back({name, golden::value(v)});
  if (const Json* wanted = j.find("grad_of")) {
    std::size_t n = 0;
    const auto visit = [&](const Value& v) {
      TensorList list;
      if (v.is<Tensor>()) list = {v.get<Tensor>()};
      if (v.is<TensorList>()) list = v.get<TensorList>();
      for (const Tensor& t : list) {
        if (!t.defined() || !wanted->items().at(n++).boolean()) continue;
        t.set_requires_grad(true);
        out.differentiable.push_back(t);
      }
    };
    for (const Value& v : out.args) visit(v);
    for (const Keyword& k : out.keywords) visit(k.value);
  }
  return out;
}

TensorList tensors_of(const Value& v) {
  if (v.is<Tensor>()) return {v.get<Tensor>()};
  if (v.is<TensorList>()) return v.get<TensorList>();
  return {};
}

// Operators whose results are unique up to signs of columns: absolute values are compared.
bool up_to_signs(const std::string& name) {
  return name == "linalg_eigh" || name == "linalg_svd" || name == "svd";
}

void compare_result(const Value& got, const Json& want) {
  if (want.kind() == Json::Kind::Object && want.find("dtype")) {
    check(got.is<Tensor>(), "result is ", got.type_name(), ", PyTorch has a tensor");
    golden::compare("result", got.get<Tensor>(), want);
  } else if (want.kind() == Json::Kind::Object) {
    check(got.is<TensorList>(), "result is ", got.type_name(), ", PyTorch has several tensors");
    golden::compare_list("result", got.get<TensorList>(), *want.find("list"));
  } else {
    check(got.is_number() && got.as_double() == want.to_value().as_double(), "result is ",
          json_value(got), ", PyTorch has ", json_value(want.to_value()));
  }
}

void check_gradients(const Json& j, const Value& result, const TensorList& inputs) {
  const TensorList outputs = tensors_of(result);
  if (const Json* node = j.find("node")) {
    for (const Tensor& t : outputs) {
      if (!t.requires_grad()) continue;
      const Ref<Node> fn = t.grad_fn();
      // PyTorch's name() has the namespace of the few nodes that no formula made; its text hasn't.
      const std::string space = "torch::autograd::";
      const std::string wanted = node->string();
      const bool same =
          fn && fn->name() == (wanted.rfind(space, 0) == 0 ? wanted.substr(space.size()) : wanted);
      check(same, "grad_fn is ", fn ? fn->name() : "None", ", PyTorch has ", node->string());
      break;
    }
  }
  if (const Json* want = j.find("grads"))
    golden::compare_list("gradient", golden::gradients(outputs, inputs), *want);
}

// x.op_(...) on a copy of x; where PyTorch's result fits into x it must be what x then holds.
void check_inplace(const std::string& name, const Json& j) {
  const Json& want = *j.find("out");
  Call c = call_of(j);
  if (c.args.empty() || !c.args[0].is<Tensor>() || want.kind() != Json::Kind::Object ||
      !want.find("dtype"))
    return;
  const Tensor expected = golden::tensor(want), self = c.args[0].get<Tensor>();
  if (expected.shape() != self.shape() || expected.dtype() != self.dtype()) return;
  // Another memory layout than the plain one, for matrices.
  Tensor copy = self.clone_raw();
  if (copy.dim() >= 2) {
    const Tensor swapped = self.alias(self.shape(), self.strides(), self.offset());
    copy = ops::clone(ops::transpose(swapped.detach(), 0, 1));
    copy = ops::transpose(ops::contiguous(copy), 0, 1).detach();
  }
  c.args[0] = c.differentiable.empty() || !is_floating(copy.dtype()) ? copy : ops::mul(copy, 1.0);
  const Value got = call(name + "_", c.args, c.keywords);
  check(got.is<Tensor>() && got.get<Tensor>().is_same(c.args[0].get<Tensor>()),
        "the in-place form gives another tensor");
  golden::compare("in place", got.get<Tensor>(), want);
}

void run_case(const std::string& name, const Json& j, std::set<std::string>& covered) {
  Call c = call_of(j);
  const Json* error = j.find("error");
  if (const Json* seed = j.find("seed"))
    default_generator().manual_seed(static_cast<std::uint64_t>(seed->integer()));
  Value result;
  try {
    const BoundCall bound = gradbox::bind(name, c.args, c.keywords);
    covered.insert(bound.op->schema.full_name());
    result = call(*bound.op, bound.args);
  } catch (const Error& e) {
    if (!error) throw;
    const std::string kind = e.name();
    check(kind == error->string(), "raised ", kind, ": ", e.what(), "\n  PyTorch raises ",
          error->string());
    if (const Json* message = j.find("message"))
      check(e.what() == message->string(), "said    ", e.what(),
            "\n  PyTorch: ", message->string());
    return;
  }
  if (error)
    fail(ErrorKind::Runtime, "no error, PyTorch raises ", error->string(),
         j.find("message") ? ": " + j.find("message")->string() : "");
  if (up_to_signs(name)) {
    const Value want = golden::value(*j.find("out"));
    const TensorList have = tensors_of(result), wanted = tensors_of(want);
    check(have.size() == wanted.size(), "another number of results");
    for (std::size_t i = 0; i < have.size(); ++i)
      check(call("allclose", {ops::abs(have[i]), ops::abs(wanted[i]), 1.3e-6, 1e-5}).as_bool(),
            "result ", i, " differs");
    return;
  }
  compare_result(result, *j.find("out"));
  check_gradients(j, result, c.differentiable);
  if (!j.find("seed") && !Registry::instance().overloads(name + "_").empty())
    check_inplace(name, j);
}

// Operators without golden cases, each with its reason.
const std::set<std::string>& uncovered() {
  static const std::set<std::string> names = {
      // Uninitialised memory has no value to compare.
      "empty",
      "empty_like",
      "new_empty",
      // Newer than the PyTorch we compare with.
      "squeeze.dims",
  };
  return names;
}

// The in-place form is all that users of random distributions can call.
std::string inplace_name(const OpDef& op) {
  return op.schema.name + "_" + (op.schema.overload.empty() ? "" : "." + op.schema.overload);
}

}  // namespace

TEST_CASE("operators give what PyTorch gives", "[golden]") {
  golden::Report report;
  std::set<std::string> covered;
  for (const golden::Case& c : golden::cases("op")) {
    const std::string& name = c.json.find("op")->string();
    report.run(c, name, [&] { run_case(name, c.json, covered); });
  }
  report.finish();
  for (const OpDef& op : Registry::instance().all()) {
    // Names that no user can call, and in-place forms, are covered by what calls them.
    if (op.namespaces == 0 || op.inplace_of || covered.count(op.schema.full_name()) ||
        covered.count(inplace_name(op)) || uncovered().count(op.schema.full_name()))
      continue;
    FAIL_CHECK("no golden case for " << op.schema.text);
  }
}
