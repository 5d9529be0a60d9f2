#include "values.h"

#include "core/shape.h"
#include "handles.h"

namespace gradbox::wasm {

onnx::Any value_from(const Json& j) {
  if (j.is_null()) return onnx::Nothing{};
  if (const Json* t = j.find("tensor")) return tensors().get(static_cast<int>(t->integer()));
  if (const Json* s = j.find("strings")) {
    onnx::StringTensor out;
    for (const Json& item : s->items()) out.values.push_back(item.string());
    if (const Json* shape = j.find("shape"))
      for (const Json& d : shape->items()) out.shape.push_back(d.integer());
    check(product(out.shape) == static_cast<std::int64_t>(out.values.size()), "a tensor of shape ",
          to_string(out.shape), " can't hold ", out.values.size(), " strings");
    return out;
  }
  auto items = std::make_shared<std::vector<onnx::Any>>();
  if (const Json* s = j.find("sequence"))
    for (const Json& item : s->items()) items->push_back(value_from(item));
  return onnx::Sequence(std::move(items));
}

std::string value_text(const onnx::Any& v) {
  if (v.is_tensor()) return "{\"tensor\":" + std::to_string(give(v.tensor())) + "}";
  if (v.is_strings()) {
    std::string list;
    for (const auto& s : v.strings().values) list += (list.empty() ? "" : ",") + json_quote(s);
    return "{\"strings\":[" + list + "],\"shape\":" + json_ints(v.strings().shape) + "}";
  }
  if (!v.is_sequence()) return "null";
  std::string list;
  for (const auto& item : v.sequence()) list += (list.empty() ? "" : ",") + value_text(item);
  return "{\"sequence\":[" + list + "]}";
}

std::string run_session(onnx::Session& session, const std::string& request) {
  const Json j = Json::parse(request);
  onnx::Feeds feeds;
  if (const Json* inputs = j.find("inputs"))
    for (const Json& pair : inputs->items())
      feeds.emplace_back(pair.items().at(0).string(), value_from(pair.items().at(1)));
  std::vector<std::string> wanted;
  if (const Json* outputs = j.find("outputs"))
    for (const Json& name : outputs->items()) wanted.push_back(name.string());
  const Json* timed = j.find("times");
  std::vector<onnx::NodeTime> times;
  const auto results = session.run(feeds, wanted, timed && timed->boolean() ? &times : nullptr);
  std::string list, took;
  for (const auto& v : results) list += (list.empty() ? "" : ",") + value_text(v);
  for (const auto& t : times)
    took += (took.empty() ? "[" : ",[") + json_quote(t.name) + "," + json_quote(t.op_type) + "," +
            json_number(t.milliseconds) + "]";
  return "{\"outputs\":[" + list + "],\"times\":[" + took + "]}";
}

}  // namespace gradbox::wasm
