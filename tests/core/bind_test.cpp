// Schemas and argument binding.
#include <catch2/catch.hpp>

#include "ops/call_style.h"
#include "ops/ops.h"

using namespace gradbox;

TEST_CASE("schemas are parsed") {
  const Schema s = parse_schema(
      "foo.dim(Tensor self, int[2] size=1, float? p=None, *, bool keepdim=False) -> (Tensor "
      "values, Tensor indices)");
  CHECK(s.full_name() == "foo.dim");
  REQUIRE(s.args.size() == 4);
  CHECK(s.args[1].default_value.get<IntList>() == IntList{1, 1});
  CHECK(s.args[2].optional);
  CHECK(s.args[3].kwarg_only);
  CHECK(s.returns.size() == 2);
  CHECK_THROWS_AS(parse_schema("nonsense"), Error);
}

TEST_CASE("arguments bind by position, by name and from numbers") {
  const Tensor x = Tensor::from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(call("sum", {x}, {{"dim", 1}}).get<Tensor>().to_vector() == std::vector<double>{6, 15});
  CHECK(call("sum", {x}, {{"axis", 0}, {"keepdim", true}}).get<Tensor>().shape() == Dims{1, 3});
  CHECK(call("view", {x, 3, 2}).get<Tensor>().shape() == Dims{3, 2});
  CHECK(call("add", {x, 1}, {{"alpha", 2}}).get<Tensor>().to_vector()[0] == 3);
}

TEST_CASE("wrong arguments get PyTorch's TypeErrors") {
  const Tensor x = Tensor::from_vector<float>({1, 2}, {2});
  CHECK_THROWS_WITH(call("exp", {x, 1}), "_TensorBase.exp() takes no arguments (1 given)");
  CHECK_THROWS_WITH(
      call("matmul", {x, 3}),
      Catch::Contains("matmul(): argument 'other' (position 1) must be Tensor, not int"));
  CHECK_THROWS_WITH(call("exp", {x}, {{"nosuch", 1}}),
                    Catch::Contains("unexpected keyword argument 'nosuch'"));
  CHECK_THROWS_WITH(call("matmul", {x}),
                    Catch::Contains("missing 1 required positional arguments: \"other\""));
}

TEST_CASE("a function's arguments are counted from its first") {
  const Tensor x = Tensor::from_vector<float>({1, 2}, {2});
  {
    const FunctionStyle style(true);
    CHECK_THROWS_WITH(call("matmul", {x, 3}),
                      "matmul(): argument 'other' (position 2) must be Tensor, not int");
  }
  CHECK_THROWS_WITH(
      call("masked_fill", {x, x, "a"}),
      "masked_fill() received an invalid combination of arguments - got (Tensor, str), but "
      "expected one of:\n"
      " * (Tensor mask, Tensor value)\n"
      "      didn't match because some of the arguments have invalid types: (Tensor, !str!)\n"
      " * (Tensor mask, Number value)\n"
      "      didn't match because some of the arguments have invalid types: (Tensor, !str!)\n");
}

TEST_CASE("every declaration is complete") {
  for (const OpDef& op : Registry::instance().all()) {
    INFO(op.schema.text);
    CHECK_FALSE(op.doc.empty());
    CHECK(static_cast<bool>(op.forward));
    CHECK_FALSE(op.schema.returns.empty());
  }
}
