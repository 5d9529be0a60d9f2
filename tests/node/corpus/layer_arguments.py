# Arguments of layers beyond the first: sizes to reach, keywords in any order, None for what stays.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)

down = nn.Conv2d(2, 2, 3, stride=2, padding=1)
up = nn.ConvTranspose2d(2, 2, 3, stride=2, padding=1)
x = torch.randn(1, 2, 6, 6)
h = down(x)
print(h.size(), up(h).size(), up(h, output_size=x.size()).size(), up(h, [6, 5]).size(), up(h).size())
print(nn.ConvTranspose1d(2, 2, 3, stride=2)(torch.ones(1, 2, 3), output_size=[8]).shape)
print(nn.ConvTranspose3d(1, 1, 2, stride=2)(torch.ones(1, 1, 2, 2, 2), output_size=(5, 5, 5)).shape)
for size in ((9, 9), (9,)):
    try:
        up(h, output_size=size)
    except ValueError as e:
        print(e)
print(nn.Conv3d(1, 2, 3).kernel_size, nn.Conv1d(1, 2, 3).kernel_size)

line = torch.arange(7.0).view(1, 1, 7)
values, places = nn.MaxPool1d(2, return_indices=True)(line)
print(nn.MaxUnpool1d(2)(values, places), nn.MaxUnpool1d(2)(values, places, output_size=(7,)))

logits = torch.tensor([[0.2, 0.7]])
print(nn.BCELoss()(target=torch.ones(1, 2), input=logits), nn.MSELoss()(logits, target=torch.ones(1, 2)))
print(nn.CrossEntropyLoss()(target=torch.tensor([1]), input=logits))
try:
    nn.Linear(2, 2)(x=logits)
except TypeError as e:
    print(e)

image = torch.arange(16.0).view(1, 1, 4, 4)
print(F.adaptive_avg_pool2d(image, (None, 2)), nn.AdaptiveAvgPool2d((None, 7)), nn.AdaptiveMaxPool2d((2, None))(image))
print(nn.Identity(54, unused=0.1)(logits), nn.AdaptiveAvgPool2d((None, 7)).output_size)

table = nn.Embedding(3, 2, _weight=torch.arange(6.0).view(3, 2))
print(table, table.weight, table(torch.tensor([2])), torch.rand(1))
try:
    nn.Embedding(3, 2, _weight=torch.ones(2, 2))
except AssertionError as e:
    print(e)

# A distance of one's own, and a softmax over clusters.
a, b, c = torch.randn(3, 4, 8)
print(nn.TripletMarginWithDistanceLoss(distance_function=lambda u, v: 1 - F.cosine_similarity(u, v))(a, b, c))
print(F.triplet_margin_with_distance_loss(a, b, c, distance_function=nn.PairwiseDistance(p=1), swap=True, reduction="none"))
head = nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 6], div_value=2.0)
out = head(a, torch.tensor([0, 4, 11, 2]))
print(head, out, out.loss, head.predict(b), head.log_prob(c).exp().sum(1))
out.loss.backward()
print([tuple(p.grad.shape) for p in head.parameters()])

query = torch.randn(3, 2, 4)
layer = nn.MultiheadAttention(4, 2)
own = F.multi_head_attention_forward(
    query, query, query, 4, 2, layer.in_proj_weight, layer.in_proj_bias, None, None, False, 0.0,
    layer.out_proj.weight, layer.out_proj.bias, attn_mask=torch.ones(3, 3).triu(1).bool(),
)
same = layer(query, query, query, attn_mask=torch.ones(3, 3).triu(1).bool())
print(torch.allclose(own[0], same[0]), own[1], same[0])
print(nn.TransformerDecoderLayer(4, 2, 8, 0.1, F.gelu)(query, query).shape)

steps = torch.randn(6, 2, 4).log_softmax(2)
labels = torch.tensor([[1, 2], [3, 3]])
print(F.ctc_loss(steps, labels, (6, 6), [2, 2]), nn.CTCLoss(reduction="sum")(steps, labels, target_lengths=(2, 1), input_lengths=[6, 5]))
